import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LONGEST_TIMER_MS, notAhead, systemClock } from '../../../src/util/clock.ts';

describe('a timer of the system clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([0, 5, LONGEST_TIMER_MS, LONGEST_TIMER_MS + 1, 3 * LONGEST_TIMER_MS + 7])('of %i ms fires then', (ms) => {
    const fn = vi.fn();
    systemClock.setTimeout(fn, ms);
    if (ms > 0) vi.advanceTimersByTime(ms - 1);
    expect(fn).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that never ends wakes the process up every 24.8 days only', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    systemClock.setTimeout(vi.fn(), Infinity);
    vi.advanceTimersByTime(2 * LONGEST_TIMER_MS);
    expect(set).toHaveBeenCalledTimes(3);
  });

  it('is cancelled in any of its steps', () => {
    const fn = vi.fn();
    const cancel = systemClock.setTimeout(fn, 2 * LONGEST_TIMER_MS);
    vi.advanceTimersByTime(LONGEST_TIMER_MS + 1);
    cancel();
    vi.advanceTimersByTime(LONGEST_TIMER_MS);
    expect(fn).not.toHaveBeenCalled();
  });
});

it('a time from disk that lies ahead of the clock counts as now', () => {
  expect(notAhead(5_000, 1_000)).toBe(1_000);
  expect(notAhead(500, 1_000)).toBe(500);
});
