// A service as users write it: a handler for everything, and a hook.
import { defineService } from 'winsvc';

const service = defineService({
  name: 'WinsvcBenchHandlers',
  start(ctx) {
    ctx.onShutdown('connections', () => {});
  },
  stop() {},
  pause() {},
  resume() {},
  commands: {
    nothing: { code: 200, run() {} },
    flush: { code: 201, run() {} },
    reload: { code: 202, run() {} },
  },
});

await service.run();
