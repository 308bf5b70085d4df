/** An ordinary Fastify app. Its logger writes to standard output, which the service captures into its log files. */
import Fastify from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';

export function createApp() {
  const app = Fastify({ logger: true });
  app.get('/', () => ({ hello: 'world' }));
  app.get('/slow', async () => {
    await sleep(500);
    return { slow: true };
  });
  return app;
}
