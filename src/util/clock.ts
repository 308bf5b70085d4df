/** Time as a port, so that tests can hold it. */
export interface ClockPort {
  /** Milliseconds since the epoch that never go back, so that a deadline survives a change of the system time. */
  now(): number;
  /** Calls `fn` once after `ms`. The timer doesn't keep the process alive. Returns what cancels it. */
  setTimeout(fn: () => void, ms: number): () => void;
}

/**
 * The time of day, for what other processes or a later life of this one will read: it follows changes of the system
 * time, which `ClockPort.now` doesn't. A clock that a test brought counts for both.
 */
export function timeOfDay(clock: ClockPort): number {
  return clock === systemClock ? Date.now() : clock.now();
}

/** The real time. Comparable between the threads of one process, because each adds its own origin. */
export const systemClock: ClockPort = {
  now: () => performance.timeOrigin + performance.now(),
  setTimeout(fn, ms) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
