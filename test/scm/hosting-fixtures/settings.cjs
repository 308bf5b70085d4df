// Knows nothing of services, but asks for the one that hosts it.
const { spawn } = require('node:child_process');
const { createServer } = require('node:http');
const { Worker } = require('node:worker_threads');

const { GREETING, FROM_FILE, PORT } = process.env;
new Worker("require('node:fs').writeSync(1, 'a thread writes to fd 1\\n'); setInterval(() => {}, 1000)", {
  eval: true,
});
const child = spawn(process.execPath, ['-e', "console.log('a detached child writes'); setInterval(() => {}, 1000)"], {
  stdio: 'inherit',
  detached: true,
});
child.unref();
import('winsvc').then(({ currentService }) => currentService()?.log.info('hello from inside'));

createServer((request, response) => {
  if (request.url === '/stop') console.log(`asked to stop by ${request.method}`);
  if (request.url === '/child') return response.end(JSON.stringify({ child: child.pid }));
  response.end(JSON.stringify({ GREETING, FROM_FILE, cwd: process.cwd() }));
  if (request.url === '/exit') setImmediate(() => process.exit(0));
}).listen(Number(PORT ?? process.argv[2]), '127.0.0.1');
