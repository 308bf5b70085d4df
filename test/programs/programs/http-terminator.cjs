const { createServer } = require('node:http');
const { createHttpTerminator } = require('http-terminator');
const { answer, port } = require('./lines.cjs');

const server = createServer(answer);
const terminator = createHttpTerminator({ server });
process.on('SIGTERM', async () => {
  await terminator.terminate();
  console.log('terminated');
  process.exit(0);
});
server.listen(port, '127.0.0.1');
