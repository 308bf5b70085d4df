import { hostname } from 'node:os';
import { backoffMs } from '../../util/backoff.ts';
import type { Clock } from '../../util/clock.ts';
import { createDeferred } from '../../util/deferred.ts';
import { formatMs } from '../../util/duration.ts';
import { toError } from '../../util/to-error.ts';
import { groupNotices, type Notice, type NoticeMessage, type Notifier } from './notice.ts';

export interface DispatchOptions {
  readonly clock: Clock;
  /** Notices that come within so long are one message. */
  readonly groupMs: number;
  readonly limitCount: number;
  readonly limitPerMs: number;
  readonly timeoutMs: number;
  readonly attempts: number;
  failed(notifier: string, error: Error): void;
}

/** Takes notices to one notifier, in their order. Never throws, never waits for it, holds no more than it must. */
export class Dispatcher {
  readonly #notifier: Notifier;
  readonly #options: DispatchOptions;
  #waiting: Notice[] = [];
  #omitted = 0;
  #sentAt: number[] = [];
  #cancel: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;
  readonly #closing = createDeferred<undefined>();

  constructor(notifier: Notifier, options: DispatchOptions) {
    this.#notifier = notifier;
    this.#options = options;
  }

  add(notice: Notice): void {
    if (this.#closed) return;
    if (this.#waiting.length >= 1_000) this.#omitted += 1;
    else this.#waiting.push(notice);
    this.#arm(this.#options.groupMs);
  }

  /** Tries once more to tell what is left, within the timeout, and ends. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.resolve(undefined);
    this.#cancel?.();
    await this.#sending;
    if (this.#waiting.length > 0) await this.#attempt(this.#take()).catch(() => undefined);
    try {
      await this.#notifier.close?.();
    } catch (thrown) {
      this.#options.failed(this.#notifier.name, toError(thrown));
    }
  }

  #arm(ms: number): void {
    if (this.#cancel || this.#sending) return;
    this.#cancel = this.#options.clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#due();
    }, ms);
  }

  #due(): void {
    const { clock, limitCount, limitPerMs, groupMs } = this.#options;
    const now = clock.now();
    this.#sentAt = this.#sentAt.filter((at) => at > now - limitPerMs);
    const [oldest] = this.#sentAt;
    if (oldest !== undefined && this.#sentAt.length >= limitCount) {
      this.#arm(oldest + limitPerMs - now + 1);
      return;
    }
    this.#sentAt.push(now);
    this.#sending = this.#send(this.#take()).finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length > 0 && !this.#closed) this.#arm(groupMs);
    });
  }

  #take(): NoticeMessage {
    const message = groupNotices(this.#waiting, hostname(), this.#omitted);
    this.#waiting = [];
    this.#omitted = 0;
    return message;
  }

  async #send(message: NoticeMessage): Promise<void> {
    const { attempts, clock, failed } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#attempt(message);
        return;
      } catch (thrown) {
        failed(this.#notifier.name, toError(thrown));
        if (attempt >= attempts || this.#closed) return;
        const { promise, resolve } = createDeferred<undefined>();
        const cancel = clock.setTimeout(
          () => {
            resolve(undefined);
          },
          backoffMs(attempt, 1_000, 30_000),
        );
        await Promise.race([promise, this.#closing.promise]);
        cancel();
      }
    }
  }

  async #attempt(message: NoticeMessage): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    const late = new AbortController();
    let cancel = (): void => undefined;
    const timeout = new Promise<never>((_, reject) => {
      cancel = clock.setTimeout(() => {
        const error = new Error(`the notifier took longer than ${formatMs(timeoutMs)}`);
        late.abort(error);
        reject(error);
      }, timeoutMs);
    });
    try {
      await Promise.race([this.#notifier.notify(message, late.signal), timeout]);
    } finally {
      cancel();
    }
  }
}
