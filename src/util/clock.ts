/** Source of time; tests bring a manual one. */
export interface Clock {
  /** Milliseconds since the epoch that never go back: a deadline survives a change of the system time. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds. The timer doesn't keep the process alive. Returns a function that cancels it. */
  setTimeout(fn: () => void, ms: number): () => void;
}

/**
 * Time of day, for readers in other processes or after a restart: it follows changes of the system time, which
 * `Clock.now` doesn't. The manual clock of a test counts for both.
 */
export function timeOfDay(clock: Clock): number {
  return clock === systemClock ? Date.now() : clock.now();
}

/**
 * A time of day that a file or another process gave, which must not lie ahead of the clock: after a clock was set back,
 * it counts as now. Otherwise a program would wait until the clock has caught up, which can take a year.
 */
export function notAhead(time: number, now: number): number {
  return Math.min(time, now);
}

/**
 * Longest delay of a timer of Node, 24.8 days, in milliseconds.
 *
 * Source: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
 */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Not by `performance`: the first read of that loads node:perf_hooks, 90 kB, in the middle of a start or a stop. */
function uptime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

const origin = Date.now() - uptime();

/** Real time. Threads of one process agree to a millisecond: they count from the same start. */
export const systemClock: Clock = {
  now: () => origin + uptime(),
  setTimeout(fn, ms) {
    let timer = arm(fn, ms);
    return () => {
      clearTimeout(timer);
    };

    /** In steps: Node takes a longer timer for one of 1 ms. */
    function arm(run: () => void, restMs: number): NodeJS.Timeout {
      const stepMs = Math.min(restMs, LONGEST_TIMER_MS);
      const next = restMs > stepMs ? () => void (timer = arm(run, restMs - stepMs)) : run;
      return setTimeout(next, stepMs).unref();
    }
  },
};
