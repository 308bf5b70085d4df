const http = require('http');
const log = require('pino')({ transport: { target: 'pino/file', options: { destination: 1 } } });
log.info('pino says hello');
http
  .createServer((q, r) => setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0))
  .listen(Number(process.env.PORT), '127.0.0.1');
