import type { Clock } from '../../src/util/clock.ts';

export interface ManualClock extends Clock {
  /** Moves the time and calls what is due, in order. */
  advance(ms: number): void;
  /** The same, with a turn of the event loop after each timer, so that promises settle in their time. */
  advanceAsync(ms: number): Promise<void>;
  /** The machine sleeps: time passes, and no timer fires before it wakes. */
  sleep(ms: number): void;
  readonly pending: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time for the tests of the core: apart from the clock of the mock SCM, which is itself tested. */
export function createManualClock(start = 1_000_000): ManualClock {
  let now = start;
  let timers: { at: number; fn: () => void }[] = [];

  function takeDue(until: number): (() => void) | undefined {
    const [first] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    if (!first) return undefined;
    timers = timers.filter((timer) => timer !== first);
    now = Math.max(now, first.at);
    return first.fn;
  }

  return {
    now: () => now,
    setTimeout(fn, ms) {
      const timer = { at: now + ms, fn };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (let fn = takeDue(until); fn; fn = takeDue(until)) fn();
      now = until;
    },
    async advanceAsync(ms) {
      const until = now + ms;
      await turn();
      for (let fn = takeDue(until); fn; fn = takeDue(until)) {
        fn();
        await turn();
      }
      now = until;
    },
    sleep(ms) {
      now += ms;
    },
    get pending() {
      return timers.length;
    },
  };
}
