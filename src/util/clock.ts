/** Time as a port, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since the epoch that never go back, so that a deadline survives a change of the system time. */
  now(): number;
  /** Calls `fn` once after `ms`. The timer doesn't keep the process alive. Returns what cancels it. */
  setTimeout(fn: () => void, ms: number): () => void;
}

/**
 * The time of day, for what other processes or a later life of this one will read: it follows changes of the system
 * time, which `Clock.now` doesn't. A clock that a test brought counts for both.
 */
export function timeOfDay(clock: Clock): number {
  return clock === systemClock ? Date.now() : clock.now();
}

/** Not by `performance`: whoever reads that first loads node:perf_hooks, 90 kB, and here that would be in a start or a stop. */
function uptime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

const origin = Date.now() - uptime();

/** The real time. Comparable between the threads of one process to a millisecond: they count from the same start. */
export const systemClock: Clock = {
  now: () => origin + uptime(),
  setTimeout(fn, ms) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
