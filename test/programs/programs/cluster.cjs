const cluster = require('node:cluster');
const http = require('http');
if (cluster.isPrimary) {
  console.log('cluster says hello');
  cluster.fork();
  cluster.fork();
} else
  http
    .createServer((q, r) => setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0))
    .listen(Number(process.env.PORT), '127.0.0.1');
