require('dotenv').config();
const { createServer } = require('node:http');
const { answer, port } = require('./lines.cjs');

console.log(`dotenv read ${process.env.GREETING}`);
createServer(answer).listen(port, '127.0.0.1');
