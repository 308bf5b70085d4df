// An Express program with upgraded sockets, as `winsvc install` hosts it: `node hosted-express.cjs <port>`.
const express = require('express');

exports.listen = (port) => {
  const app = express();
  app.get('/', (request, response) => response.send('ok'));
  const server = app.listen(port, '127.0.0.1');
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  });
  return server;
};
if (require.main === module) exports.listen(Number(process.argv[2]));
