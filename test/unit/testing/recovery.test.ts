import { createMockScm, type MockRecovery } from 'winsvc/testing';
import { describe, expect, it } from 'vitest';
import { makeService } from './services.ts';

const TWO: MockRecovery['actions'] = [
  { type: 'restart', delay: '1s' },
  { type: 'restart', delay: '10s' },
];

async function crashing(recovery: MockRecovery) {
  const scm = createMockScm();
  const service = makeService({
    commands: {
      fail: {
        code: 200,
        run: (ctx) => {
          ctx.fail(new Error('no'));
        },
      },
    },
  });
  await scm.start(service, { recovery, args: ['a'] });
  const latest = () => {
    const run = scm.runs(service).at(-1);
    if (!run) throw new Error('it was never started');
    return run;
  };
  return { scm, service, latest, runs: () => scm.runs(service).length };
}

describe('recovery', () => {
  it('restarts after a crash, when the delay is over, without the start arguments', async () => {
    const { scm, latest, runs } = await crashing({ actions: TWO });
    latest().kill();
    await scm.clock.advance(999);
    expect(runs()).toBe(1);
    await scm.clock.advance(1);
    expect(runs()).toBe(2);
    await latest().waitFor('running');
    expect(latest().args).toEqual([]);
  });

  it('takes the action of the failure’s number, and the last one ever after', async () => {
    const { scm, service, latest } = await crashing({ actions: TWO });
    const began = scm.clock.now();
    for (let failure = 0; failure < 4; failure++) {
      await latest().waitFor('running');
      latest().kill();
      await scm.clock.advance('10s');
    }
    expect(scm.recoveries(service).map(({ at, failures, type }) => [at - began, failures, type])).toEqual([
      [1_000, 1, 'restart'],
      [20_000, 2, 'restart'],
      [30_000, 3, 'restart'],
      [40_000, 4, 'restart'],
    ]);
  });

  it('counts from the start again after the reset period without a failure', async () => {
    const { scm, service, latest } = await crashing({ actions: TWO, resetPeriod: '1m' });
    for (const pause of ['30s', '61s', '0s'] as const) {
      latest().kill();
      await scm.clock.advance('10s');
      await latest().waitFor('running');
      await scm.clock.advance(pause);
    }
    expect(scm.recoveries(service).map(({ failures }) => failures)).toEqual([1, 2, 1]);
  });

  it('takes STOPPED with a code for an end like any other, unless told otherwise', async () => {
    const plain = await crashing({ actions: TWO });
    const flagged = await crashing({ actions: TWO, onNonCrashFailures: true });
    for (const { scm, latest } of [plain, flagged]) {
      await latest().command('fail');
      await latest().waitFor('stopped');
      await scm.clock.advance('1m');
    }
    expect(plain.runs()).toBe(1);
    expect(flagged.runs()).toBe(2);
  });

  it('leaves a clean stop alone', async () => {
    const { scm, latest, runs } = await crashing({ actions: TWO, onNonCrashFailures: true });
    await latest().control('stop');
    await latest().waitFor('stopped');
    await scm.clock.advance('1m');
    expect(runs()).toBe(1);
  });

  it('does nothing where somebody was faster, or where the action is none', async () => {
    const { scm, service, latest, runs } = await crashing({
      actions: [
        { type: 'restart', delay: '1s' },
        { type: 'none', delay: 0 },
      ],
    });
    latest().kill();
    await scm.start(service);
    await scm.clock.advance('2s');
    expect(runs()).toBe(2);
    latest().kill();
    await scm.clock.advance('1m');
    expect(runs()).toBe(2);
    expect(scm.recoveries(service).map(({ type }) => type)).toEqual(['restart', 'none']);
  });
});
