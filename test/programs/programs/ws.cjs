const http = require('http');
const { WebSocketServer } = require('ws');
const server = http.createServer((q, r) =>
  setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0),
);
new WebSocketServer({ server }).on('connection', (socket) => socket.send('welcome'));
console.log('ws says hello');
server.listen(Number(process.env.PORT), '127.0.0.1');
