const { createServer } = require('node:http');
const winston = require('winston');
require('winston-daily-rotate-file');
const { answer, port } = require('./lines.cjs');

const log = winston.createLogger({
  transports: [
    new winston.transports.Console(),
    new winston.transports.DailyRotateFile({ dirname: 'rotated', filename: 'x-%DATE%.log' }),
  ],
});
for (let n = 1; n <= 10; n++) log.info(`winston line ${n}`);
createServer(answer).listen(port, '127.0.0.1');
