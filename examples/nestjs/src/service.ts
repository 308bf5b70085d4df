import type { Server } from 'node:http';
import { closeHttpServer, defineService } from 'winsvc';

export const service = defineService({
  name: 'WinsvcNest',
  displayName: 'winsvc NestJS example',
  async start(ctx) {
    // Nest loads inside start: the service is connected to Windows meanwhile.
    await import('reflect-metadata');
    const [{ NestFactory }, { AppModule }] = await Promise.all([import('@nestjs/core'), import('./app.module.js')]);
    // Without abortOnError: false, Nest ends the process itself when something is wrong, and the reason is lost.
    const app = await NestFactory.create(AppModule, { abortOnError: false });
    // Hooks run in reverse order: first the server is closed, then Nest runs onModuleDestroy and onApplicationShutdown.
    ctx.onShutdown('nest', () => app.close());
    await app.listen(Number(ctx.args[0] ?? process.env['PORT'] ?? 3000), '127.0.0.1');
    const server = app.getHttpServer() as Server;
    ctx.onShutdown('http', (stop) => closeHttpServer(server, { timeout: '15s', signal: stop.signal }));
  },
});
