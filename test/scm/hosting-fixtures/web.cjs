// A program that knows nothing of services.
const { spawn } = require('node:child_process');
const http = require('node:http');

console.log('main', require.main === module, process.argv.slice(2).join(','), process.execArgv.length);
const child = spawn(process.execPath, ['-e', "console.log('from a child'); setInterval(() => {}, 1000)"], {
  stdio: 'inherit',
});
http
  .createServer((request, response) => {
    if (request.url === '/exit') process.exit(0);
    if (request.url === '/child') return response.end(JSON.stringify({ child: child.pid }));
    setTimeout(() => response.end('answered'), request.url === '/slow' ? 1000 : 0);
  })
  .listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => {
  console.log('SIGTERM');
  process.exit(0);
});
