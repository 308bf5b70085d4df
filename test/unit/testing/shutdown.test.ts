import { createMockScm } from 'winsvc/testing';
import type { ServiceOptions, StopContext } from 'winsvc';
import { describe, expect, it } from 'vitest';
import { makeService, never } from './services.ts';

/** A system with one service, and what its stop was given. */
async function system(options: Partial<ServiceOptions> = {}) {
  const scm = createMockScm();
  const told: { reason: string; timeLeft: number; at: number }[] = [];
  const began = scm.clock.now();
  const service = makeService({
    ...options,
    async stop(ctx: StopContext) {
      told.push({ reason: ctx.reason, timeLeft: ctx.timeLeft, at: scm.clock.now() - began });
      await options.stop?.(ctx);
    },
  });
  const run = await scm.start(service);
  return { scm, run, told, since: () => scm.clock.now() - began };
}

describe('the shutdown of the system', () => {
  it('tells a service, and gives it its budget', async () => {
    const { scm, run, told } = await system();
    await scm.shutdown();
    expect(told).toEqual([{ reason: 'shutdown', timeLeft: 5_000, at: 0 }]);
    expect(run.exit).toEqual({ win32: 0 });
    scm.assertSettled();
  });

  it('tells who accepts PRESHUTDOWN first, with more time, and only of that', async () => {
    const { scm, run, told } = await system({ shutdown: 'preshutdown' });
    await scm.shutdown();
    expect(told).toEqual([{ reason: 'preshutdown', timeLeft: 10_000, at: 0 }]);
    expect(run.exit).toEqual({ win32: 0 });
  });

  it('kills who takes longer than WaitToKillServiceTimeout: 1067', async () => {
    const { scm, run } = await system({ stop: never, timeouts: { shutdown: '1m' } });
    const done = scm.shutdown({ shutdown: '3s' });
    await scm.clock.advance(2_999);
    expect(run.state).toBe('stopPending');
    await scm.clock.advance(1);
    await done;
    expect(run.exit).toEqual({ win32: 1067 });
    expect(run.process.gone).toBe(true);
  });

  it('goes on without who takes longer than its preshutdown, and kills it with the others', async () => {
    const { scm, run, since } = await system({ shutdown: 'preshutdown', stop: never, timeouts: { preshutdown: '1h' } });
    const done = scm.shutdown({ preshutdown: '2m', shutdown: '5s' }).then(since);
    await scm.clock.advance('2m');
    expect(run.state).toBe('stopPending');
    await scm.clock.advance('5s');
    expect(await done).toBe(125_000);
    expect(run.exit).toEqual({ win32: 1067 });
  });

  it('has the service fail itself when its own budget is shorter: 1053', async () => {
    const { scm, run } = await system({ stop: never });
    const done = scm.shutdown({ shutdown: '20s' });
    await scm.clock.advance('6s');
    await done;
    expect(run.exit).toEqual({ win32: 1053 });
  });
});
