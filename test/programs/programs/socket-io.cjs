const http = require('http');
const { Server } = require('socket.io');
const server = http.createServer((q, r) =>
  setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0),
);
new Server(server).on('connection', (socket) => socket.emit('welcome'));
console.log('socket.io says hello');
server.listen(Number(process.env.PORT), '127.0.0.1');
