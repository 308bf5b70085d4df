import { describe, expect, it } from 'vitest';
import {
  type Check,
  customCheck,
  diskCheck,
  eventLoopCheck,
  heartbeatCheck,
  memoryCheck,
  serviceCheck,
} from '../../../src/health/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { trendOf } from '../../../src/health/checks/trend.ts';

const clock = createManualClock();
const run = (its: Check) => its.run({ signal: new AbortController().signal, timeoutMs: 1_000, clock });
const MIB = 1_048_576;

describe('check', () => {
  it('takes true and nothing for a pass, false for a failure, a result as it is', async () => {
    expect(await run(customCheck('a', () => undefined))).toEqual({ verdict: 'pass' });
    expect(await run(customCheck('a', () => true))).toEqual({ verdict: 'pass' });
    expect(await run(customCheck('a', async () => false))).toEqual({ verdict: 'fail', message: 'the check said no' });
    expect(await run(customCheck('a', () => ({ verdict: 'warn', message: 'm' })))).toEqual({
      verdict: 'warn',
      message: 'm',
    });
  });
});

describe('service', () => {
  const at = (
    status: { state: string; exit?: { win32: number } | { service: number }; pid?: number },
    expect?: string[],
  ) => run(serviceCheck({ status: async () => status }, expect && { expect }));
  it('passes for running, warns of pending states, fails otherwise with the exit code', async () => {
    expect(await at({ state: 'running', pid: 7 })).toEqual({ verdict: 'pass', data: { state: 'running', pid: 7 } });
    expect(await at({ state: 'startPending' })).toMatchObject({ verdict: 'warn', message: 'it is startPending' });
    expect(await at({ state: 'stopped', exit: { win32: 1067 } })).toMatchObject({
      verdict: 'fail',
      message: 'it is stopped, exit code win32 1067',
    });
    expect(await at({ state: 'paused' }, ['running', 'paused'])).toMatchObject({ verdict: 'pass' });
  });
});

describe('heartbeat', () => {
  it('follows what the receiver knows', async () => {
    const lastAt = new Date(0);
    const at = (state?: 'alive' | 'lost' | 'ended') =>
      run(heartbeatCheck({ sender: () => (state ? { state, lastAt } : undefined) }, 'a'));
    expect(await at()).toMatchObject({ verdict: 'fail', message: 'no heartbeat was received yet' });
    expect(await at('alive')).toMatchObject({ verdict: 'pass' });
    expect(await at('lost')).toMatchObject({ verdict: 'fail' });
    expect(await at('ended')).toMatchObject({ verdict: 'warn' });
  });
});

describe('memory', () => {
  async function verdicts(heapAt: (minute: number) => number, minutes = 120) {
    const time = createManualClock();
    let heapUsed = 0;
    const its = memoryCheck({ usage: () => ({ heapUsed, rss: heapUsed }) });
    its.start?.();
    const warned: number[] = [];
    for (let step = 0; step < minutes * 6; step += 1) {
      heapUsed = heapAt(step / 6) * MIB;
      const { verdict } = await its.run({ signal: new AbortController().signal, timeoutMs: 1, clock: time });
      if (verdict !== 'pass') warned.push(step / 6);
      await time.advance('10s');
    }
    return warned;
  }
  /** Up by 40 MiB and down again with each collection. */
  const saw = (minute: number): number => ((minute * 7) % 1) * 40;

  it('suspects a leak by the trend of the low points, within the time that it looks at', async () => {
    const warned = await verdicts((minute) => 100 + minute * 1.5 + saw(minute));
    expect(warned[0]).toBeGreaterThan(25);
    expect(warned[0]).toBeLessThan(40);
    expect(warned.length).toBeGreaterThan(400);
  });
  it.each<[string, (minute: number) => number]>([
    ['a heap that only goes up and down', (minute) => 100 + saw(minute)],
    ['a cache that fills in ten minutes and stays', (minute) => 100 + Math.min(minute, 10) * 10 + saw(minute)],
    ['single peaks', (minute) => 100 + saw(minute) + (Math.floor(minute) % 37 === 0 ? 900 : 0)],
    ['a load that comes and goes', (minute) => 100 + 50 * Math.sin(minute / 5) + saw(minute)],
    ['growth that is too slow to matter', (minute) => 100 + minute * 0.1 + saw(minute)],
  ])('does not suspect %s', async (_, heap) => {
    expect(await verdicts(heap)).toEqual([]);
  });
  it('fails over a limit', async () => {
    const its = memoryCheck({ maxRss: 10 * MIB, maxHeap: 5 * MIB, usage: () => ({ heapUsed: 6 * MIB, rss: 7 * MIB }) });
    expect(await run(its)).toMatchObject({ verdict: 'fail', message: '6 MiB of heap, more than 5 MiB' });
    expect(await run(memoryCheck())).toMatchObject({ verdict: 'pass' });
  });
  it('has a trend that single outliers do not move', () => {
    const samples = Array.from({ length: 20 }, (_, at) => ({ at, value: at % 7 === 3 ? 9_999 : at }));
    expect(trendOf(samples)?.slope).toBeCloseTo(1, 1);
    expect(trendOf(samples.slice(0, 2))).toBeUndefined();
  });
});

describe('eventLoop', () => {
  it('fails for a long delay, warns of a busy loop, closes its meter', async () => {
    let reading = { delayP99Ms: 3, utilisation: 0.2 };
    let closed = 0;
    const its = eventLoopCheck({ meter: () => ({ read: () => reading, close: () => (closed += 1) }) });
    its.start?.();
    expect(await run(its)).toEqual({ verdict: 'pass', data: reading });
    reading = { delayP99Ms: 1_500, utilisation: 0.2 };
    expect(await run(its)).toMatchObject({ verdict: 'fail', message: 'the event loop was late by 1500 ms' });
    reading = { delayP99Ms: 3, utilisation: 0.99 };
    expect(await run(its)).toMatchObject({ verdict: 'warn', message: 'the event loop is busy 99 % of the time' });
    its.stop?.();
    expect(closed).toBe(1);
  });
  it('measures this process', async () => {
    const its = eventLoopCheck({ maxDelay: '50ms' });
    its.start?.();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const until = performance.now() + 200;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await run(its)).toMatchObject({ verdict: 'fail' });
    its.stop?.();
  });
});

describe('disk', () => {
  it('fails when too little is free, in bytes or as a part', async () => {
    const at = (bavail: number, options = {}) =>
      run(diskCheck({ path: '/d', statfs: async () => ({ bsize: MIB, blocks: 100_000, bavail }), ...options }));
    expect(await at(50_000)).toMatchObject({ verdict: 'pass' });
    expect(await at(400, { minFreePart: 0 })).toMatchObject({ verdict: 'fail', message: '400 MiB free, 0.4 %' });
    expect(await at(4_000, { minFree: 0 })).toMatchObject({ verdict: 'fail' });
    expect(await run(diskCheck({ minFree: 1, minFreePart: 0 }))).toMatchObject({ verdict: 'pass' });
    await expect(run(diskCheck({ path: '/none/at/all' }))).rejects.toThrow('ENOENT');
  });
});
