import { once } from 'node:events';
import { createServer } from 'node:http';
import { closeHttpServer, defineService } from 'winsvc';
import { nextOrder } from './shared.js';

export const service = defineService({
  name: 'WinsvcShopApi',
  displayName: 'winsvc example: shop, API',
  async start(ctx) {
    const server = createServer((_req, res) => res.end(`order ${nextOrder()}\n`));
    server.listen(Number(ctx.args[0] ?? process.env.PORT ?? 3000), '127.0.0.1');
    await once(server, 'listening');
    ctx.onShutdown('http', () => closeHttpServer(server, { timeout: '10s' }));
  },
});
