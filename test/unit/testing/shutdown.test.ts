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
    expect(told).toEqual([{ reason: 'shutdown', timeLeft: 4_000, at: 0 }]);
    expect(run.exit).toEqual({ win32: 0 });
    scm.assertSettled();
  });

  it('tells who accepts PRESHUTDOWN first, with more time, and only of that', async () => {
    const { scm, run, told } = await system({ shutdown: 'preshutdown' });
    await scm.shutdown();
    expect(told).toEqual([{ reason: 'preshutdown', timeLeft: 9_000, at: 0 }]);
    expect(run.exit).toEqual({ win32: 0 });
  });

  it('gives the time that the system has, less a second to report STOPPED in', async () => {
    const { scm, told } = await system();
    await scm.shutdown({ shutdown: '20s' });
    expect(told[0]?.timeLeft).toBe(19_000);
  });

  it('leaves half of a time that is short', async () => {
    const { scm, told } = await system();
    await scm.shutdown({ shutdown: '600ms' });
    expect(told[0]?.timeLeft).toBe(300);
  });

  it('gives a preshutdown what the service is configured with', async () => {
    const { scm, told } = await system({ shutdown: 'preshutdown' });
    await scm.manager().service('Test').configure({ preshutdownTimeout: '3m' });
    await scm.shutdown();
    expect(told[0]?.timeLeft).toBe(179_000);
  });

  it('has STOPPED reported before the system loses patience: STOPPED, not a killed process', async () => {
    const { scm, run, since } = await system({ stop: never, timeouts: { shutdown: '1m' } });
    const done = scm.shutdown({ shutdown: '3s' }).then(since);
    await scm.clock.advance(2_000);
    expect(await done).toBe(2_000);
    expect([run.exit, run.process.exitCode]).toEqual([{ win32: 0 }, 1]);
  });

  it('does so for an app that blocks its event loop', async () => {
    const { scm, run, since } = await system({ stop: never });
    run.blockLoop();
    const done = scm.shutdown({ shutdown: '3s' }).then(since);
    await scm.clock.advance(2_999);
    expect(await done).toBeLessThan(3_000);
    expect([run.exit, run.process.exitCode]).toEqual([{ win32: 0 }, 1]);
  });

  it('gives no more when it is asked for: the system waits for nobody', async () => {
    const left: number[] = [];
    const { scm } = await system({
      start(ctx) {
        ctx.onShutdown('greedy', (stop) => {
          stop.requestTime('1h');
          left.push(stop.timeLeft);
        });
      },
      stop(ctx) {
        ctx.requestTime('1m');
        left.push(ctx.timeLeft);
      },
    });
    await scm.shutdown();
    expect(left).toEqual([4_000, 4_000]);
  });

  it('has the service fail itself when its own budget is shorter', async () => {
    const { scm, run } = await system({ stop: never, timeouts: { shutdown: '5s' } });
    const done = scm.shutdown({ shutdown: '20s' });
    await scm.clock.advance('6s');
    await done;
    expect([run.exit, run.process.exitCode]).toEqual([{ win32: 0 }, 1]);
  });
});
