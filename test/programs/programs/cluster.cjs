const cluster = require('node:cluster');
const { createServer } = require('node:http');

if (cluster.isPrimary) {
  console.log('cluster says hello');
  cluster.fork();
  cluster.fork();
} else {
  const { answer, port } = require('./lines.cjs');
  createServer(answer).listen(port, '127.0.0.1');
}
