import { beforeEach, describe, expect, it } from 'vitest';
import { HangMonitor, PULSE_MS } from '../../src/host/hang-monitor.ts';
import { createManualClock, type ManualClock } from '../../src/testing/time/manual-clock.ts';

describe('HangMonitor', () => {
  let clock: ManualClock;
  let beat: number;
  let debugged: boolean;
  let seen: string[];
  let monitor: HangMonitor;

  beforeEach(() => {
    clock = createManualClock();
    beat = 0;
    debugged = false;
    seen = [];
    monitor = new HangMonitor({
      timeoutMs: 30_000,
      clock,
      lastTurn: () => beat,
      debugged: () => debugged,
      hung: (ms) => seen.push(`hung ${ms}`),
      recovered: (ms) => seen.push(`recovered ${ms}`),
    });
    monitor.start();
  });

  async function turnFor(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      beat = clock.now();
      await clock.advance(PULSE_MS);
    }
  }

  it('says nothing while the loop turns', async () => {
    await turnFor(120);
    expect(seen).toEqual([]);
  });

  it('says nothing of a loop that is merely slow', async () => {
    for (let i = 0; i < 10; i++) {
      beat = clock.now();
      await clock.advance('29s');
    }
    expect(seen).toEqual([]);
  });

  it('reports a blocked loop once, within a second after the timeout', async () => {
    // The last beat comes at 4 s, and the loop blocks somewhere in the second after it.
    await turnFor(5);
    await clock.advance('29s');
    expect(seen).toEqual([]);
    await clock.advance('1s');
    expect(seen).toEqual(['hung 30700']);
    await clock.advance('5m');
    expect(seen).toHaveLength(1);
  });

  it('tells when it turns again, and reports the next hang', async () => {
    await clock.advance('40s');
    beat = clock.now();
    await clock.advance('1s');
    expect(seen).toEqual(['hung 30700', 'recovered 40000']);
    await clock.advance('31s');
    expect(seen).toHaveLength(3);
  });

  it('is silent while somebody debugs', async () => {
    debugged = true;
    await clock.advance('10m');
    expect(seen).toEqual([]);
    debugged = false;
    await clock.advance('30s');
    expect(seen).toEqual([]);
    await clock.advance('2s');
    expect(seen).toHaveLength(1);
  });

  it('looks rarely', () => {
    expect(clock.pending).toBe(1);
    monitor.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('HangMonitor and a machine that slept', () => {
  it('starts the count again when its own look came much too late', () => {
    let now = 0;
    let due: () => void = () => undefined;
    const seen: number[] = [];
    const clock = {
      now: () => now,
      setTimeout: (fn: () => void) => {
        due = fn;
        return () => undefined;
      },
    };
    new HangMonitor({
      timeoutMs: 30_000,
      clock,
      lastTurn: () => 0,
      debugged: () => false,
      hung: (ms) => seen.push(ms),
      recovered: () => undefined,
    }).start();
    now = 3_600_000;
    due();
    expect(seen).toEqual([]);
    while (seen.length === 0 && now < 3_700_000) {
      now += PULSE_MS;
      due();
    }
    expect(seen).toEqual([expect.closeTo(30_700, -3)]);
  });
});
