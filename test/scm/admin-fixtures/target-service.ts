import { createServer } from 'node:http';
import { existsSync, writeFileSync } from 'node:fs';
import { closeHttpServer, defineService } from 'winsvc';

const [, , name = 'target'] = process.argv;
const at = (file: string): URL => new URL(file, import.meta.url);

/** A service with an HTTP server whose answers take until the file `answer` exists; `request-received` exists from the first request on; `hang` in its arguments makes its stop hang. */
await defineService({
  name,
  timeouts: { stop: '60s' },
  async start(ctx) {
    const server = createServer((_request, response) => {
      writeFileSync(at('./request-received'), '');
      const timer = setInterval(() => {
        if (!existsSync(at('./answer'))) return;
        clearInterval(timer);
        response.end('whole');
      }, 20);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    writeFileSync(at('./target-port.txt'), String(typeof address === 'object' ? address?.port : ''));
    ctx.onShutdown('http', () => closeHttpServer(server, { timeout: '20s' }), { timeout: '25s' });
    if (ctx.args.includes('hang')) ctx.onShutdown('hang', () => new Promise(() => undefined), { timeout: '40s' });
  },
  pause() {},
  resume() {},
  commands: { rotate: { code: 200, run() {} } },
}).run();
