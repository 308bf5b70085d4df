// The processor and garbage collection.
import { describe, expect, it } from 'vitest';
import { type Check, cpuCheck, type CpuCheckOptions, createHealth, gcCheck } from '../../../src/health/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { systemClock } from '../../../src/util/clock.ts';

const signal = new AbortController().signal;

describe('cpuCheck', () => {
  /** Runs it every 10 s with these parts of 4 processors busy. */
  async function verdicts(parts: readonly number[], options: CpuCheckOptions = {}): Promise<string[]> {
    const clock = createManualClock();
    const time = { busyMs: 0, totalMs: 0 };
    const check = cpuCheck({ max: 0.8, for: '30s', meter: () => ({ ...time }), ...options });
    check.start?.();
    const run = async () => (await check.run({ signal, timeoutMs: 5_000, clock })).verdict;
    const all = [await run()];
    for (const part of parts) {
      await clock.advance('10s');
      time.totalMs += 40_000;
      time.busyMs += 40_000 * part;
      all.push(await run());
    }
    return all;
  }

  it('fails when the limit is exceeded for the whole time, and passes at once after it', async () => {
    expect(await verdicts([0.9, 0.9, 0.9, 0.95, 0.1])).toEqual(['pass', 'pass', 'pass', 'fail', 'fail', 'pass']);
  });

  it('forgives a peak, and what is exactly the limit', async () => {
    expect(await verdicts([1, 1, 0.2, 1, 1, 0.8, 0.8, 0.8, 0.8])).not.toContain('fail');
  });

  it('names usage, limit and time, and is believed at once', async () => {
    const clock = createManualClock();
    let busyMs = 0;
    let totalMs = 0;
    const check = cpuCheck({ max: 0.5, for: '1s', of: 'system', interval: '1s', meter: () => ({ busyMs, totalMs }) });
    const health = createHealth({ checks: [check], clock, jitter: 0 });
    health.start();
    await clock.advance('1s');
    busyMs += 900;
    totalMs += 1_000;
    await clock.advance('1s');
    expect(health.check('cpu system')).toMatchObject({
      state: 'unhealthy',
      message: 'busy by 90 %, more than 50 % for 1 s',
      data: { usage: 0.9 },
    });
    await health[Symbol.asyncDispose]();
  });

  it('survives a meter that stands still or goes back, and starts afresh', async () => {
    const clock = createManualClock();
    const readings = [
      { busyMs: 5, totalMs: 5 },
      { busyMs: 5, totalMs: 5 },
      { busyMs: 1, totalMs: 2 },
      { busyMs: 0, totalMs: 90 },
    ];
    const check = cpuCheck({ for: 1, meter: () => readings.shift()! });
    for (let n = 0; n < 4; n += 1) {
      expect((await check.run({ signal, timeoutMs: 1, clock })).verdict).toBe('pass');
      await clock.advance('1s');
    }
  });

  it.each(['process', 'system'] as const)('measures the %s', async (of) => {
    const check = cpuCheck({ of, max: 0, for: 1 });
    const run = () => check.run({ signal, timeoutMs: 1_000, clock: systemClock });
    await run();
    const end = systemClock.now() + 250;
    while (systemClock.now() < end) Math.sqrt(end);
    const { verdict, data } = await run();
    expect(verdict).toBe('fail');
    expect(data?.['usage']).toBeGreaterThan(0);
    expect(data?.['usage']).toBeLessThanOrEqual(1);
  });

  it('names everything that is wrong with its options', () => {
    expect(() => cpuCheck({ max: 2, of: 'all' as never, for: 0 })).toThrow(/3 options are wrong/);
  });
});

describe('gcCheck', () => {
  async function result(reading: { totalMs: number; longestMs: number }, options = {}) {
    const clock = createManualClock();
    let readings = 0;
    const meter = () => ({
      read: () => (readings++ === 0 ? { totalMs: 9_999, longestMs: 1 } : reading),
      close: () => undefined,
    });
    const check: Check = gcCheck({ meter, ...options });
    check.start?.();
    // What was before the start of the checks has no time to be compared with.
    expect((await check.run({ signal, timeoutMs: 1, clock })).verdict).toBe('pass');
    await clock.advance('10s');
    return check.run({ signal, timeoutMs: 1, clock });
  }

  it('fails by its share of the time, and warns of a long pause', async () => {
    expect(await result({ totalMs: 2_000, longestMs: 100 })).toMatchObject({
      verdict: 'pass',
      data: { share: 0.2, longestPauseMs: 100 },
    });
    expect(await result({ totalMs: 4_000, longestMs: 100 })).toMatchObject({
      verdict: 'fail',
      message: 'garbage collection takes 40 % of the time',
    });
    expect(await result({ totalMs: 2_000, longestMs: 2_000 })).toMatchObject({
      verdict: 'warn',
      message: 'a garbage collection took 2 s',
    });
    expect((await result({ totalMs: 900, longestMs: 60 }, { maxShare: 0.05 })).verdict).toBe('fail');
  });

  it('measures this process', async () => {
    const check = gcCheck({ maxShare: 0 });
    check.start?.();
    const run = () => check.run({ signal, timeoutMs: 1_000, clock: systemClock });
    await run();
    let kept: unknown[] = [];
    for (let n = 0; n < 300_000; n += 1) kept = n % 1_000 === 0 ? [] : [...kept.slice(-10), { n }];
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setImmediate(resolve));
    const { verdict, data } = await run();
    expect(verdict).toBe('fail');
    expect(data?.['longestPauseMs']).toBeGreaterThan(0);
    check.stop?.();
    check.stop?.();
  });
});
