const { createServer } = require('node:http');
const { answer, port } = require('./lines.cjs');

const log = require('pino')({ transport: { target: 'pino/file', options: { destination: 1 } } });
for (let n = 1; n <= 10; n++) log.info(`pino line ${n}`);
createServer(answer).listen(port, '127.0.0.1');
