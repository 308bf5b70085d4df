const { createServer } = require('node:http');
const { createTerminus } = require('@godaddy/terminus');
const { answer, port } = require('./lines.cjs');

const server = createServer(answer);
createTerminus(server, {
  signals: ['SIGTERM', 'SIGINT'],
  onSignal: async () => console.log('terminus cleans up'),
  logger: console.log,
});
server.listen(port, '127.0.0.1');
