import { once } from 'node:events';
import { createServer } from 'node:http';
import { closeHttpServer, defineService } from 'winsvc';

/** One of several instances behind a reverse proxy. @param {string} name @param {number} port */
export function createInstance(name, port) {
  return defineService({
    name,
    async start(ctx) {
      let draining = false;
      const server = createServer((req, res) => {
        if (req.url === '/readyz') res.writeHead(draining ? 503 : 200).end();
        else setTimeout(() => res.end(`${name}\n`), 20);
      });
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      ctx.onShutdown('http', async () => {
        // First the proxy sees 503 and sends its requests elsewhere; then the port closes.
        draining = true;
        await new Promise((resolve) => setTimeout(resolve, Number(process.env.DRAIN_MS ?? 5_000)));
        await closeHttpServer(server, { timeout: '10s' });
      });
    },
    timeouts: { stop: '30s' },
  });
}
