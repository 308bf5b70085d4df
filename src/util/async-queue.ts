import { LONGEST_TIMER_MS } from './clock.ts';

/** Queue of items that a reader takes one by one and can wait for. */
export class AsyncQueue<T> {
  readonly #setTimer: (fn: () => void, ms: number) => () => void;
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;
  #live = true;

  /** @param setTimer returns a function that cancels the timer */
  constructor(setTimer: (fn: () => void, ms: number) => () => void) {
    this.#setTimer = setTimer;
  }

  /** `false`: no more items arrive. */
  get live(): boolean {
    return this.#live;
  }

  push(item: T): void {
    if (!this.#live) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** Ends the queue; items in it can still be read. */
  end(): void {
    this.#live = false;
    this.#wake?.();
  }

  /** Takes the next item. `undefined`: none within `ms`, before the signal aborted, or before the end. One caller at a time. */
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
