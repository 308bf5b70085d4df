// 200 does nothing; 201 blocks the app's event loop for five seconds.
import { defineService } from 'winsvc';

const BLOCK_MS = 5_000;

const service = defineService({
  name: 'WinsvcBenchBlocker',
  start() {},
  commands: {
    nothing: { code: 200, run() {} },
    block: {
      code: 201,
      run() {
        const until = performance.now() + BLOCK_MS;
        while (performance.now() < until);
      },
    },
  },
});

await service.run();
