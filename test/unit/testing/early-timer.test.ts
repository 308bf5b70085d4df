import { expect, it, vi } from 'vitest';
import { Deadline } from '../../../src/service/deadline.ts';

it('a deadline is never before its time, also on a system whose timers come a little early', () => {
  let now = 0;
  let timer: { fn: () => void; ms: number } | undefined;
  const setTimeout = vi.fn((fn: () => void, ms: number) => {
    timer = { fn, ms };
    return () => (timer = undefined);
  });
  const deadline = new Deadline({ now: () => now, setTimeout }, 100);
  now = 99.5;
  timer?.fn();
  expect(deadline.signal.aborted).toBe(false);
  expect(timer?.ms).toBe(1);
  now = 100;
  timer?.fn();
  expect(deadline.signal.aborted).toBe(true);
});

it('deadlines of the same moment agree, whichever timer comes first', () => {
  let now = 0;
  const timers: (() => void)[] = [];
  const clock = {
    now: () => now,
    setTimeout(fn: () => void) {
      timers.push(fn);
      return () => undefined;
    },
  };
  const outer = new Deadline(clock, 100);
  const inner = outer.earlier(Number.POSITIVE_INFINITY);
  now = 100;
  timers[1]?.();
  expect(inner.signal.aborted).toBe(true);
  expect(outer.passed).toBe(true);
});
