import { hostname } from 'node:os';
import { backoffCeilingMs } from '../../util/backoff.ts';
import { type Clock, systemClock } from '../../util/clock.ts';
import { withTimeLimit } from '../../util/time-limit.ts';
import { toError } from '../../util/to-error.ts';
import { groupNotices, MAX_GROUP, type Notice, type NoticeMessage, type Notifier } from './notice.ts';

/** Settings of a {@link Dispatcher}; times in milliseconds. */
export interface DispatchOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Notices within this time are one message. */
  readonly groupMs: number;
  readonly limitCount: number;
  readonly limitPerMs: number;
  /** Longest time of one delivery. */
  readonly timeoutMs: number;
  /** Longest time of `close`. */
  readonly closeMs: number;
  /** The notices that wait for delivery changed. */
  changed(): void;
  failed(notifier: string, error: Error): void;
}

/** Notices that one notifier keeps until it can deliver them; beyond that the oldest are dropped and counted. */
const MAX_WAITING = 1_000;
const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 300_000;
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Queue of one notifier: delivers notices in their order, and keeps them until they are delivered. Never throws,
 * and never blocks the watchdog or another notifier.
 */
export class Dispatcher {
  readonly #notifier: Notifier;
  readonly #options: DispatchOptions;
  readonly #ending = new AbortController();
  #waiting: Notice[] = [];
  #omitted = 0;
  /** Message of the first notices that wait; it stays the same until it is delivered. */
  #message: NoticeMessage | undefined;
  #failures = 0;
  #sentAt: number[] = [];
  #cancel: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(notifier: Notifier, options: DispatchOptions) {
    this.#notifier = notifier;
    this.#options = options;
  }

  /** Notices not delivered yet. */
  get waiting(): readonly Notice[] {
    return this.#waiting;
  }

  add(notice: Notice): void {
    if (this.#closed) return;
    this.#waiting.push(notice);
    const first = this.#message?.notices.length ?? 0;
    const surplus = this.#waiting.length - MAX_WAITING;
    if (surplus > 0) {
      this.#waiting.splice(first, surplus);
      this.#omitted += surplus;
    }
    this.#options.changed();
    this.#arm(this.#options.groupMs);
  }

  /** Puts the notices of an earlier process of the watchdog first. */
  restore(notices: readonly Notice[]): void {
    if (notices.length === 0) return;
    this.#waiting = [...notices, ...this.#waiting].slice(-MAX_WAITING);
    this.#arm(this.#options.groupMs);
  }

  /** Delivers waiting notices within `closeMs`, and closes the notifier. Undelivered notices stay in `waiting`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    const { clock, closeMs, failed } = this.#options;
    const cancels: (() => void)[] = [];
    const late = new Promise<void>((resolve) => {
      // The clock of a test may stand still.
      for (const its of new Set([clock, systemClock])) cancels.push(its.setTimeout(resolve, closeMs));
    });
    await Promise.race([this.#deliverRest(), late]);
    this.#ending.abort(new Error('the watchdog was closed'));
    try {
      await Promise.race([this.#notifier.close?.(), late]);
    } catch (thrown) {
      failed(this.#notifier.name, toError(thrown));
    }
    for (const cancel of cancels) cancel();
    const { length } = this.#waiting;
    if (length > 0)
      failed(this.#notifier.name, new Error(`${length} ${length === 1 ? 'notice' : 'notices'} not delivered`));
  }

  async #deliverRest(): Promise<void> {
    await this.#sending;
    while (this.#waiting.length > 0 && !this.#ending.signal.aborted) {
      await this.#deliver();
      if (this.#failures > 0) return;
    }
  }

  #arm(ms: number): void {
    if (this.#cancel || this.#sending || this.#closed) return;
    this.#cancel = this.#options.clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#due();
    }, ms);
  }

  #due(): void {
    const wait = this.#message ? 0 : this.#limitMs();
    if (wait > 0) {
      this.#arm(wait);
      return;
    }
    this.#sending = this.#deliver().then((nextMs) => {
      this.#sending = undefined;
      if (this.#waiting.length > 0) this.#arm(nextMs);
    });
  }

  /** Time that the next message must wait because of the limit, in milliseconds. */
  #limitMs(): number {
    const { clock, limitCount, limitPerMs } = this.#options;
    const now = clock.now();
    this.#sentAt = this.#sentAt.filter((at) => at > now - limitPerMs);
    const [oldest] = this.#sentAt;
    return oldest !== undefined && this.#sentAt.length >= limitCount ? oldest + limitPerMs - now + 1 : 0;
  }

  /** Delivers one message. Returns the delay until the next delivery. */
  async #deliver(): Promise<number> {
    const { clock, groupMs, failed, changed } = this.#options;
    if (!this.#message) {
      this.#message = groupNotices(this.#waiting.slice(0, MAX_GROUP), hostname(), this.#omitted);
      this.#omitted = 0;
      this.#sentAt.push(clock.now());
    }
    const { notices } = this.#message;
    try {
      await this.#attempt(this.#message);
      this.#waiting.splice(0, notices.length);
      this.#message = undefined;
      this.#failures = 0;
      changed();
      return groupMs;
    } catch (thrown) {
      this.#failures += 1;
      const error = toError(thrown);
      if (!this.#ending.signal.aborted) failed(this.#notifier.name, error);
      return this.#retryMs(error);
    }
  }

  #retryMs(error: Error & { readonly retryAfterMs?: unknown }): number {
    const { retryAfterMs } = error;
    if (typeof retryAfterMs === 'number' && retryAfterMs >= 0) return Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
    const ceiling = backoffCeilingMs(this.#failures, MIN_RETRY_MS, MAX_RETRY_MS);
    return ceiling / 2 + (this.#options.random() * ceiling) / 2;
  }

  #attempt(message: NoticeMessage): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    const limit = { what: 'the notifier', timeoutMs, clock, stopped: this.#ending.signal };
    return withTimeLimit(limit, (signal) => this.#notifier.notify(message, signal));
  }
}
