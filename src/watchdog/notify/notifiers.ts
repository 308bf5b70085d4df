import type { Clock } from '../../util/clock.ts';
import { toMs } from '../../util/duration.ts';
import type { WatchdogOptions } from '../watchdog-options.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Notice } from './notice.ts';

/** Everybody who is told: each notifier gets every notice, at its own pace. */
export class Notifiers {
  readonly #dispatchers: readonly Dispatcher[];

  /** @param failed a notifier threw, or took too long; it is tried again all the same. */
  constructor(options: WatchdogOptions, clock: Clock, failed: (error: Error) => void) {
    const { notify = [], groupFor = '5s', notifyLimit = { count: 20, per: '10m' } } = options;
    const dispatch = {
      clock,
      groupMs: toMs(groupFor),
      limitCount: notifyLimit.count,
      limitPerMs: toMs(notifyLimit.per),
      timeoutMs: 30_000,
      attempts: 3,
      failed: (notifier: string, cause: Error) => {
        failed(new Error(`Notifier ${notifier} failed: ${cause.message}`, { cause }));
      },
    };
    this.#dispatchers = notify.map((notifier) => new Dispatcher(notifier, dispatch));
  }

  tell(notice: Notice): void {
    for (const dispatcher of this.#dispatchers) dispatcher.add(notice);
  }

  /** Tells what is left to tell, and ends. */
  async close(): Promise<void> {
    await Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.close()));
  }
}
