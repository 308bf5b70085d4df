const { spawn } = require('node:child_process');
const { createServer } = require('node:http');
const { answer, port } = require('./lines.cjs');

spawn(process.execPath, ['-e', "console.log('a child says hello'); setInterval(() => {}, 1000)"], {
  stdio: 'inherit',
  detached: true,
}).unref();
createServer(answer).listen(port, '127.0.0.1');
