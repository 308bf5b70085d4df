import type { Fault, Times } from './fault.ts';

/** So short that the suite is quick; a hang can't be shorter than a second. */
export const SHORT: Times = { start: 700, stop: 700, control: 500, hook: 300, hang: 1_000 };
/** The flood of lines itself must not be the hang: under Wine on a busy machine it takes seconds. */
const FLOODED_HANG_MS = 8_000;

/** Times of the test of one fault. */
export function timesFor({ hasFlood }: Fault): Times {
  return hasFlood ? { ...SHORT, hang: FLOODED_HANG_MS } : SHORT;
}

/** As they are by default; but for the control handler, which blocks longer than the time for a hang. */
export const DEFAULT: Times = { start: 30_000, stop: 20_000, control: 90_000, hook: 5_000, hang: 30_000 };
/** What is promised behind a deadline. */
export const PROMISE_MS = 1_000;
/**
 * How much longer it may take here. Several services share two cores with whatever else the machine does, a program
 * under Wine needs several times the CPU that it needs on Windows, and until a process that ended is gone Wine's
 * server has to clear up after it: what is compared with is the deadline, not the machine.
 */
export const SLOW_MACHINE = 4;
