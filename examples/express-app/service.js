// @ts-check
/** Makes the app a service. `main.js` runs it; a test imports it and runs it on the mock SCM. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { closeHttpServer, defineService } from 'winsvc';

let paused = false;

export const service = defineService({
  name: 'WinsvcExpress',
  displayName: 'winsvc Express example',
  description: 'An Express app that runs as a Windows service.',

  async start(ctx) {
    paused = false;
    // Loaded here, not at the top: the service is connected to Windows while Express loads.
    const { app } = await import('./app.js');
    const server = createServer((req, res) => {
      // A paused service keeps its port and says so: clients see 503, not a connection that fails.
      if (paused) res.writeHead(503, { 'Retry-After': '5' }).end('paused\n');
      else app(req, res);
    });
    const { PORT = 3000 } = process.env;
    const port = Number(ctx.args[0] ?? PORT);
    // Without the address the server is reachable from other machines too.
    server.listen(port, '127.0.0.1');
    // Resolves when the port is open and rejects when it is taken: then the start fails, and Windows sees that.
    await once(server, 'listening');
    // At a stop: no new connections, requests in flight finish, at most 15 s.
    ctx.onShutdown('http', (stop) => closeHttpServer(server, { timeout: '15s', signal: stop.signal }));
    ctx.log.info(`listening on http://127.0.0.1:${port}`);
  },

  pause() {
    paused = true;
  },

  resume() {
    paused = false;
  },

  commands: {
    // `sc control WinsvcExpress 200`
    resetStats: {
      code: 200,
      async run() {
        const { resetStats } = await import('./app.js');
        resetStats();
      },
    },
  },
});
