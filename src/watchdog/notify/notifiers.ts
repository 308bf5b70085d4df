import type { Clock } from '../../util/clock.ts';
import { toMs } from '../../util/duration.ts';
import { toError } from '../../util/to-error.ts';
import type { WatchdogOptions } from '../watchdog-options.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Notice, Notifier } from './notice.ts';

/** Events of {@link Notifiers}. */
export interface NotifiersHost {
  /** The notices that wait for delivery changed. */
  changed(): void;
  /** A notifier threw, or took too long. */
  failed(error: Error): void;
}

/** All notifiers: each receives every notice, in a separate queue. */
export class Notifiers {
  readonly #queues = new Map<string, { readonly notifier: Notifier; readonly queue: Dispatcher }>();
  readonly #clock: Clock;
  readonly #host: NotifiersHost;

  constructor(options: WatchdogOptions, clock: Clock, host: NotifiersHost) {
    const { notify = [], groupFor = '5s', notifyLimit = { count: 20, per: '10m' }, random = Math.random } = options;
    this.#clock = clock;
    this.#host = host;
    const dispatch = {
      clock,
      random,
      groupMs: toMs(groupFor),
      limitCount: notifyLimit.count,
      limitPerMs: toMs(notifyLimit.per),
      timeoutMs: 30_000,
      closeMs: 5_000,
      changed: () => {
        host.changed();
      },
      failed: (name: string, cause: Error) => {
        this.#failed(name, cause);
      },
    };
    for (const notifier of notify) {
      this.#queues.set(this.#freeKey(notifier.name), { notifier, queue: new Dispatcher(notifier, dispatch) });
    }
  }

  start(): void {
    for (const { notifier } of this.#queues.values()) {
      const failed = (error: Error): void => {
        this.#failed(notifier.name, error);
      };
      try {
        notifier.start?.({ clock: this.#clock, failed });
      } catch (thrown) {
        failed(toError(thrown));
      }
    }
  }

  add(notice: Notice): void {
    for (const { queue } of this.#queues.values()) queue.add(notice);
  }

  /** Notices not delivered yet, by notifier. */
  waiting(): Map<string, readonly Notice[]> {
    return new Map([...this.#queues].map(([key, { queue }]) => [key, queue.waiting]));
  }

  /** Restores the notices that {@link waiting} returned in an earlier process of the watchdog. */
  restore(waiting: ReadonlyMap<string, readonly Notice[]>): void {
    for (const [key, { queue }] of this.#queues) queue.restore(waiting.get(key) ?? []);
  }

  /** Delivers waiting notices for a few seconds, and closes the notifiers. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(({ queue }) => queue.close()));
  }

  #failed(name: string, cause: Error): void {
    this.#host.failed(new Error(`Notifier ${name} failed: ${cause.message}`, { cause }));
  }

  /** Two notifiers may have the same name. */
  #freeKey(name: string): string {
    let key = name;
    for (let n = 2; this.#queues.has(key); n += 1) key = `${name} ${n}`;
    return key;
  }
}
