import { once } from 'node:events';
import { createServer } from 'node:http';
import { closeHttpServer, defineService } from 'winsvc';

const service = defineService({
  name: 'WinsvcTypeScript',
  displayName: 'winsvc TypeScript example',
  async start(ctx) {
    const server = createServer((_req, res) => {
      res.end('hello\n');
    });
    server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
    await once(server, 'listening');
    ctx.onShutdown('http', (stop) => closeHttpServer(server, { timeout: '15s', signal: stop.signal }));
    ctx.log.info('ready');
  },
});

await service.run();
