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
  /** In the order in which they are due; of several at one time, the one that was set first comes first. */
  const timers: Timer[] = [];

  /** Index of the first timer that is due after `at`. */
  function indexAfter(at: number): number {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((timers[middle] as Timer).at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  function remove(timer: Timer): void {
    const index = timers.lastIndexOf(timer, indexAfter(timer.at));
    if (index >= 0) timers.splice(index, 1);
  }

  return {
    now: () => now,
    setTimeout(fn, ms) {
      const timer = { at: now + Math.max(0, ms), fn };
      timers.splice(indexAfter(timer.at), 0, timer);
      return () => {
        remove(timer);
      };
    },
    async advance(time) {
      const until = now + toMs(time, 'the time to advance');
      await turn();
      for (let timer = timers[0]; timer && timer.at <= until; timer = timers[0]) {
        timers.shift();
        now = Math.max(now, timer.at);
        timer.fn();
        await turn();
      }
      now = until;
    },
    get pending() {
      return timers.length;
    },
  };
}
