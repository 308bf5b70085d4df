// @ts-check
/** A service that is well: it answers on `/readyz`, and sends heartbeats. */
import { defineService } from 'winsvc';
import { loadConfig } from 'winsvc/config';
import { createHealth, eventLoopCheck, healthServer } from 'winsvc/health';
import { createHeartbeatSender } from 'winsvc/heartbeat';
import { ordersSchema } from './config.js';

/** @param {{ file?: string | URL }} [options] */
export function createOrdersService({ file = new URL('./orders.yaml', import.meta.url) } = {}) {
  return defineService({
    name: 'WinsvcOrders',
    displayName: 'winsvc example: orders',
    async start(ctx) {
      const { port, heartbeats } = await loadConfig({ schema: ordersSchema, file, env: 'ORDERS_' });
      const health = createHealth({ checks: [eventLoopCheck()] });
      const server = await healthServer(health, { port });
      ctx.onShutdown('health server', () => server.close());
      await health.attach(ctx);
      const { url, every, key } = heartbeats;
      const heart = createHeartbeatSender({ id: 'orders', to: { url }, interval: every, key });
      ctx.onShutdown('heartbeats', () => heart.stop());
      heart.start();
      ctx.log.info(`healthy on ${server.url}/readyz`);
    },
  });
}
