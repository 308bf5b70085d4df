import { createServer } from 'node:http';
import { once } from 'node:events';
await new Promise((done) => setTimeout(done, 300));
const server = createServer((q, r) =>
  setTimeout(() => r.end(q.url === '/slow' ? 'slow' : 'ok'), q.url === '/slow' ? 800 : 0),
);
server.listen(Number(process.env.PORT), '127.0.0.1');
await once(server, 'listening');
console.log('esm says hello', import.meta.url.length > 0);
