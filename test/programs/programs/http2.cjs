const { createServer } = require('node:http2');
const { answer, port } = require('./lines.cjs');

createServer(answer).listen(port, '127.0.0.1');
