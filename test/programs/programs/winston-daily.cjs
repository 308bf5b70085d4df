const http = require('http');
const winston = require('winston');
require('winston-daily-rotate-file');
const log = winston.createLogger({
  transports: [
    new winston.transports.Console(),
    new winston.transports.DailyRotateFile({ dirname: 'rotated', filename: 'x-%DATE%.log' }),
  ],
});
log.info('winston says hello');
http
  .createServer((q, r) => setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0))
  .listen(Number(process.env.PORT), '127.0.0.1');
