import { defineService } from 'winsvc';
import { nextOrder } from './shared.js';

export const service = defineService({
  name: 'WinsvcShopWorker',
  displayName: 'winsvc example: shop, worker',
  start(ctx) {
    const timer = setInterval(() => ctx.log.info('order shipped', { order: nextOrder() }), 10_000);
    ctx.onShutdown('timer', () => clearInterval(timer));
  },
  // Node, koffi and the code are shared; each service is a process, an account and a log folder of its own.
  install: { startType: 'delayed', dependencies: ['WinsvcShopApi'] },
});
