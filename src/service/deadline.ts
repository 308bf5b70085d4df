import type { Clock } from '../util/clock.ts';
import { createDeferred } from '../util/deferred.ts';

/** Options of a deadline. */
export interface DeadlineOptions {
  /** Outer deadline. An extension of this one extends it too, if it can. */
  readonly limit?: Deadline;
  /** True when it can't be extended: the system gave it. */
  readonly firm?: boolean;
}

/** A timer that fires this much too late was delayed: the machine slept, or the process was suspended. */
const LATE_MS = 3_000;
/** Time that a handler gets once more in that case: its work was delayed too. */
export const LATE_GRACE_MS = 5_000;

/** Point in time that can be extended, that a promise can be raced against, and whose signal aborts when it is reached. */
export class Deadline {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #limit: Deadline | undefined;
  #at: number;
  readonly #firm: boolean;
  #graced = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, at: number, { limit, firm = false }: DeadlineOptions = {}) {
    this.#clock = clock;
    this.#at = at;
    this.#limit = limit;
    this.#firm = firm;
    this.#arm();
  }

  /** Time, in milliseconds of the clock; `Infinity`: never. */
  get at(): number {
    return this.#at;
  }

  get passed(): boolean {
    return this.#controller.signal.aborted || (this.#clock.now() >= this.#at && !this.#isHeldUp);
  }

  /** True when the timer is overdue because the process was suspended: its grace period is still to come. */
  get #isHeldUp(): boolean {
    return !this.#firm && !this.#graced && this.#clock.now() - this.#at > LATE_MS;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get leftMs(): number {
    return Math.max(0, this.#at - this.#clock.now());
  }

  /** Extends it to `at`, if that is later and it isn't firm. The outer deadline is extended too. */
  extendTo(at: number): void {
    this.#limit?.extendTo(at);
    const to = Math.min(at, this.#limit?.at ?? Number.POSITIVE_INFINITY);
    if (this.#firm || to <= this.#at || this.signal.aborted) return;
    this.#at = to;
    this.#arm();
  }

  /** Creates an inner deadline at `at`, or at the time of this one if that is earlier. */
  earlier(at: number): Deadline {
    return new Deadline(this.#clock, Math.min(at, this.#at), { limit: this });
  }

  /** Returns the result of `fn`, or rejects with `late()` when the deadline is earlier. */
  async race<T>(fn: () => T | Promise<T>, late: () => Error): Promise<T> {
    const timeout = createDeferred<never>();
    const onAbort = (): void => {
      timeout.reject(late());
    };
    this.signal.addEventListener('abort', onAbort, { once: true });
    try {
      // `fn` is called even when the time is over: a deadline of 0 must not lose the work. It isn't awaited then.
      const work = fn();
      if (this.signal.aborted) onAbort();
      return await Promise.race([work, timeout.promise]);
    } finally {
      this.signal.removeEventListener('abort', onAbort);
    }
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    this.clear();
    if (this.#at === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#clock.setTimeout(this.#expire, Math.max(0, Math.ceil(this.#at - this.#clock.now())));
  }

  readonly #expire = (): void => {
    const now = this.#clock.now();
    // Timers count whole milliseconds and can be early: the clock decides.
    if (now < this.#at) this.#arm();
    else if (now - this.#at > LATE_MS && !this.#firm && !this.#graced) {
      this.#graced = true;
      this.#at = now + LATE_GRACE_MS;
      this.#arm();
    } else this.#controller.abort();
  };
}
