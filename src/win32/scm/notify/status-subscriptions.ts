import type { Ffi } from '../../ffi/ffi.ts';
import type { StatusSubscription } from '../../../scm/scm-client.ts';
import { type NotifierFeed, statusNotifier } from './status-notifier.ts';

/** Subscriptions of one client, so that it can close them. */
export class StatusSubscriptions {
  readonly #ffi: Ffi;
  readonly #machine: string | undefined;
  readonly #open = new Map<NotifierFeed, string>();
  #closed = false;

  constructor(ffi: Ffi, machine: string | undefined) {
    this.#ffi = ffi;
    this.#machine = machine;
  }

  /** `false` for another machine: it may not answer, and the thread must not wait for it. Its status is polled. */
  get supported(): boolean {
    return this.#machine === undefined && !statusNotifier(this.#ffi).broken;
  }

  async follow(name: string): Promise<StatusSubscription> {
    if (this.#closed || !this.supported) return DEAD;
    const feed = await statusNotifier(this.#ffi).follow(name);
    // Closed, or not, while the feed was set up.
    if (this.#closed as boolean) feed.close();
    else this.#open.set(feed, name.toLowerCase());
    return {
      get live() {
        return feed.live;
      },
      next: (ms, signal) => feed.next(ms, signal),
      close: () => {
        this.#open.delete(feed);
        feed.close();
      },
    };
  }

  release(name: string): void {
    const key = name.toLowerCase();
    for (const [feed, of] of this.#open) if (of === key) feed.release();
  }

  close(): void {
    this.#closed = true;
    for (const feed of this.#open.keys()) feed.close();
    this.#open.clear();
  }
}

const DEAD: StatusSubscription = { live: false, next: () => Promise.resolve(undefined), close: () => undefined };
