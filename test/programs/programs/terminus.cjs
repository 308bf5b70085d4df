const http = require('http');
const { createTerminus } = require('@godaddy/terminus');
const server = http.createServer((q, r) =>
  setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0),
);
createTerminus(server, {
  signals: ['SIGTERM', 'SIGINT'],
  onSignal: async () => console.log('terminus cleans up'),
  logger: console.log,
});
console.log('terminus says hello');
server.listen(Number(process.env.PORT), '127.0.0.1');
