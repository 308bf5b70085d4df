import type { Clock } from '../util/clock.ts';
import { formatMs } from '../util/duration.ts';

/** Interval of the timer whose delay is measured, in milliseconds. */
const EVERY_MS = 1_000;
/** Shorter delays can't make a healthy target look failed. */
const TOLERANCE_MS = 2_000;
const MIN_GRACE_MS = 5_000;
const MAX_GRACE_MS = 60_000;

/**
 * Detects when the event loop of the watchdog itself was blocked, or the machine slept. Heartbeats and answers that
 * arrived meanwhile haven't been read yet, so that healthy targets look failed.
 */
export class LoopLag {
  readonly #clock: Clock;
  #tickedAt: number;
  #until = -Infinity;
  #lateMs = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#tickedAt = clock.now();
  }

  start(): void {
    this.#tickedAt = this.#clock.now();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
  }

  /** Grace after a delay: until when failures that are measured by time don't count; `undefined` without one. */
  grace(): { readonly by: string; readonly until: number } | undefined {
    const now = this.#clock.now();
    const lateMs = now - this.#tickedAt - EVERY_MS;
    if (lateMs > TOLERANCE_MS) {
      this.#lateMs = lateMs;
      this.#until = Math.max(this.#until, now + Math.min(Math.max(lateMs, MIN_GRACE_MS), MAX_GRACE_MS));
    }
    if (now >= this.#until) return undefined;
    return { by: `a delay of ${formatMs(this.#lateMs)} of the watchdog itself`, until: this.#until };
  }

  #arm(): void {
    this.#cancel = this.#clock.setTimeout(() => {
      this.grace();
      this.#tickedAt = this.#clock.now();
      this.#arm();
    }, EVERY_MS);
  }
}
