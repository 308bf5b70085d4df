const { spawn } = require('node:child_process');
const http = require('http');
spawn(process.execPath, ['-e', "console.log('a child says hello'); setInterval(() => {}, 1000)"], {
  stdio: 'inherit',
  detached: true,
}).unref();
http
  .createServer((q, r) => setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0))
  .listen(Number(process.env.PORT), '127.0.0.1');
