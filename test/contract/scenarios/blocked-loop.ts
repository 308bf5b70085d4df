import { expect } from 'vitest';
import type { Contract } from '../suite.ts';
import { CLEAN, endingOf, FAILED_STOP, TIMED_OUT } from '../support/ending.ts';

const BLOCK = 128;

/** Milliseconds within which 99 of 100 calls came back. */
function p99(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
}

export function blockedLoop({ install, it }: Contract): void {
  it('answers INTERROGATE and commands in milliseconds, and hears of STOP as soon as it can', async () => {
    const service = await install({
      commands: { block: { code: BLOCK, plan: [{ block: 5_000 }] }, other: { code: 129, plan: [] } },
      stop: [],
    });
    await service.run();
    await service.control(BLOCK);
    await service.event('block');
    const times: number[] = [];
    for (let i = 0; i < 150; i++) {
      times.push((await service.control('interrogate')).ms, (await service.control(129)).ms);
    }
    const stop = await service.control('stop');
    expect(service.events.map(({ event }) => event)).not.toContain('block done');
    expect(stop.status.state).toBe('stopPending');
    // A tenth of the block: the figure itself is the bench's, on a machine that does nothing else.
    expect(stop.ms).toBeLessThan(500);
    expect(p99(times)).toBeLessThan(500);
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.filter(({ event }) => event === 'other')).toHaveLength(150);
  });

  for (const [recoverAfterFailedStop, ending] of [
    [false, FAILED_STOP],
    [true, TIMED_OUT],
  ] as const)
    it(`is ended from outside when a stop blocks beyond its budget; recoverAfterFailedStop: ${recoverAfterFailedStop}`, async () => {
      const service = await install({ stop: [{ block: 8_000 }], timeouts: { stop: 500 }, recoverAfterFailedStop });
      await service.run();
      await service.control('stop');
      expect(await endingOf(service)).toEqual(ending);
      expect(service.events.map(({ event }) => event)).not.toContain('stop done');
    });

  it('is ended from outside when a start blocks beyond its budget: 1053', async () => {
    const service = await install({ start: [{ block: 8_000 }], timeouts: { start: 500 } });
    await service.start();
    expect(await endingOf(service)).toEqual(TIMED_OUT);
    expect(service.events.map(({ event }) => event)).not.toContain('start done');
  });

  it('is ended from outside when the app hears of its stop too late', async () => {
    const service = await install({
      commands: { block: { code: BLOCK, plan: [{ block: 8_000 }] } },
      stop: [],
      timeouts: { stop: 500 },
    });
    await service.run();
    await service.control(BLOCK);
    await service.event('block');
    await service.control('stop');
    expect(await endingOf(service)).toEqual(FAILED_STOP);
    expect(service.events.map(({ event }) => event)).not.toContain('stop');
  });
}
