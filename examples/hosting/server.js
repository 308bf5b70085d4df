// Knows nothing of services.
import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 3000);
const server = createServer((request, response) => {
  const isSlow = request.url === '/slow';
  setTimeout(() => response.end(isSlow ? 'slow\n' : 'hello\n'), isSlow ? 1_000 : 0);
});
server.listen(port, '127.0.0.1', () => {
  console.log(`listening on ${port}`);
});
