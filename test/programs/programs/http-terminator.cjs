const http = require('http');
const { createHttpTerminator } = require('http-terminator');
const server = http.createServer((q, r) =>
  setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0),
);
const terminator = createHttpTerminator({ server });
process.on('SIGTERM', async () => {
  await terminator.terminate();
  process.exit(0);
});
console.log('http-terminator says hello');
server.listen(Number(process.env.PORT), '127.0.0.1');
