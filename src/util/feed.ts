import { LONGEST_TIMER_MS } from './clock.ts';

/** Items on their way from who tells to who asks: none is lost, and who asks can wait for the next one. */
export class Feed<T> {
  readonly #setTimer: (fn: () => void, ms: number) => () => void;
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;
  #live = true;

  /** @param setTimer returns what cancels the timer */
  constructor(setTimer: (fn: () => void, ms: number) => () => void) {
    this.#setTimer = setTimer;
  }

  /** Whether more can come. */
  get live(): boolean {
    return this.#live;
  }

  push(item: T): void {
    if (!this.#live) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** Nothing more comes; what is there already is still given out. */
  end(): void {
    this.#live = false;
    this.#wake?.();
  }

  /** The next item. `undefined`: none within `ms`, or before the signal aborted, or before the end. For one caller at a time. */
  async next(ms: number, signal?: AbortSignal): Promise<T | undefined> {
    if (this.#items.length === 0 && this.#live && ms > 0 && !signal?.aborted) await this.#wait(ms, signal);
    return this.#items.shift();
  }

  #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wake = undefined;
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#setTimer(done, Math.min(ms, LONGEST_TIMER_MS));
      this.#wake = done;
      signal?.addEventListener('abort', done);
    });
  }
}
