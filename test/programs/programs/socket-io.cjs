const { createServer } = require('node:http');
const { Server } = require('socket.io');
const { answer, port } = require('./lines.cjs');

const server = createServer(answer);
new Server(server).on('connection', (socket) => socket.emit('welcome'));
server.listen(port, '127.0.0.1');
