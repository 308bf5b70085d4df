import { closeHttpServer, defineService } from 'winsvc';

export const service = defineService({
  name: 'WinsvcFastify',
  displayName: 'winsvc Fastify example',
  async start(ctx) {
    const { createApp } = await import('./app.js');
    const app = createApp();
    // Hooks run in reverse order: first the server is closed, then Fastify runs its onClose hooks.
    ctx.onShutdown('fastify', () => app.close());
    // Rejects when the port is taken: the start fails, and Windows knows.
    await app.listen({ host: '127.0.0.1', port: Number(ctx.args[0] ?? process.env.PORT ?? 3000) });
    ctx.onShutdown('http', (stop) => closeHttpServer(app.server, { timeout: '15s', signal: stop.signal }));
  },
});
