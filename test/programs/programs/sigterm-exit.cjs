const { createServer } = require('node:http');
const { answer, port } = require('./lines.cjs');

createServer(answer).listen(port, '127.0.0.1');
process.on('SIGTERM', () => {
  console.log('SIGTERM received');
  process.exit(0);
});
