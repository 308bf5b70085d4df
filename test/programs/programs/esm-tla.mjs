import { once } from 'node:events';
import { createServer } from 'node:http';
import { answer, port } from './lines.cjs';

await new Promise((done) => setTimeout(done, 300));
const server = createServer(answer).listen(port, '127.0.0.1');
await once(server, 'listening');
console.log('esm says hello', import.meta.url.length > 0);
