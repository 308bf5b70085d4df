import type { Duration } from 'winsvc';
import { toMs } from '../../util/duration.ts';

// Taken at import, so that a test runner's fake timers don't stop the mock.
const realSetImmediate = setImmediate;

/** Waits for one turn of the real event loop: promises settle, messages arrive. */
export function turn(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** Clock that stands still until a test advances it. */
export interface ManualClock {
  /** Time, in milliseconds since the epoch. */
  now(): number;
  /** Calls `fn` after `ms` of this clock. Returns a function that cancels it. */
  setTimeout(fn: () => void, ms: number): () => void;
  /** Advances the time and runs due timers in order. Doesn't wait for real I/O. */
  advance(time: Duration): Promise<void>;
  /** Number of pending timers. */
  readonly pending: number;
}

/**
 * Makes a clock for tests.
 *
 * @param startsAt first time of the clock; default 2026-01-01 UTC
 */
export function createManualClock(startsAt: Date = new Date('2026-01-01T00:00:00Z')): ManualClock {
  let now = startsAt.getTime();
  const timers = new Set<Timer>();

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
    return next;
  }

  return {
    now: () => now,
    setTimeout(fn, ms) {
      const timer = { at: now + Math.max(0, ms), fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(time) {
      const until = now + toMs(time, 'the time to advance');
      await turn();
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.fn();
        await turn();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
}
