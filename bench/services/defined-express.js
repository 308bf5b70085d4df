// The same program with a service of its own: what hosting is compared with.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { closeHttpServer, defineService } from 'winsvc';

const { listen } = createRequire(import.meta.url)('./hosted-express.cjs');
const service = defineService({
  name: 'WinsvcBenchDefined',
  async start(ctx) {
    const server = listen(Number(process.argv[2]));
    ctx.onShutdown('http', () => closeHttpServer(server));
    await once(server, 'listening');
  },
});
await service.run();
