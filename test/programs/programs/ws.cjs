const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');
const { answer, port } = require('./lines.cjs');

const server = createServer(answer);
new WebSocketServer({ server }).on('connection', (socket) => socket.send('welcome'));
server.listen(port, '127.0.0.1');
