import type { Clock } from './clock.ts';

/** Timers of one owner, which can all be cancelled at once. */
export interface TimerGroup extends Clock {
  /** Cancels every timer. */
  clear(): void;
}

/** Creates a group of timers on a clock. */
export function createTimerGroup(clock: Clock): TimerGroup {
  const cancels = new Set<() => void>();
  return {
    now: () => clock.now(),
    setTimeout(fn, ms) {
      const cancelTimer = clock.setTimeout(() => {
        cancels.delete(cancel);
        fn();
      }, ms);
      const cancel = (): void => {
        cancels.delete(cancel);
        cancelTimer();
      };
      cancels.add(cancel);
      return cancel;
    },
    clear() {
      for (const cancel of [...cancels]) cancel();
    },
  };
}
