import { expect, it } from 'vitest';
import { customCheck } from '../../../src/health/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createWatchdog } from '../../../src/watchdog/index.ts';
import { heapInUse } from '../../support/collect-garbage.ts';

const ACTIONS = 1_000;

it('an action leaves nothing behind in the heap', async () => {
  const clock = createManualClock();
  let actions = 0;
  const watchdog = createWatchdog({
    clock,
    targets: [
      {
        name: 't',
        checks: [customCheck('c', () => false, { interval: '1s' })],
        actions: { name: 'count', call: () => void (actions += 1) },
        policy: { backoff: '1s', maxBackoff: '1s', grace: '1s', limit: { count: 1_000, per: '1m' } },
      },
    ],
    notify: [{ name: 'n', notify: () => Promise.resolve() }],
  });
  await watchdog.start();
  const play = async (more: number): Promise<number> => {
    for (const end = actions + more; actions < end;) await clock.advance('5s');
    return heapInUse();
  };
  await play(ACTIONS / 4);
  const before = await play(ACTIONS / 4);
  const after = await play(ACTIONS);
  expect((after - before) / ACTIONS).toBeLessThan(500);
  await watchdog.close();
});
