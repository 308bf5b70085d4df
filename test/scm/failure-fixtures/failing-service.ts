/** A service that fails in the way of its control; arguments: its name, the folder of its logs and reports, `ignore` to look for no hang. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineService } from 'winsvc';

const [name = '', dir = '', hang = 'fail'] = process.argv.slice(2);
process.env['WINSVC_TEST_SECRET'] = 'hunter2-of-the-report';

function stuckInAnswering(): never {
  for (;;);
}

const service = defineService({
  name,
  logging: { dir },
  crashReport: { dir: join(dir, 'reports'), keep: 2 },
  hang: hang === 'fail' && { timeout: '1s', action: 'fail' },
  start(ctx) {
    ctx.onShutdown('database', () => {
      appendFileSync(join(dir, 'hooks.txt'), 'database\n');
    });
  },
  commands: {
    uncaught: {
      code: 128,
      run: () => {
        setImmediate(() => {
          throw new Error('nobody catches this');
        });
      },
    },
    hang: { code: 129, run: stuckInAnswering },
    outOfMemory: {
      code: 130,
      run: () => {
        const kept: string[][] = [];
        for (;;) kept.push(Array.from({ length: 1_000 }, (_, i) => `${i}-${kept.length}`));
      },
    },
  },
});
await service.run();
