import type { ClockPort } from '../util/clock.ts';

/** How often the app's event loop shows that it turns. One beat and one look a second are all that an idle service costs. */
export const PULSE_MS = 1_000;

export interface HangMonitorOptions {
  readonly timeoutMs: number;
  readonly clock: ClockPort;
  /** True when the app's event loop has turned since the last call. */
  turned(): boolean;
  /** Somebody stepping through the code is no hang. */
  debugged(): boolean;
  hung(blockedMs: number): void;
  recovered(blockedMs: number): void;
}

/**
 * Finds an event loop that has stopped turning. It is called hung once it was surely blocked for the whole timeout:
 * the time since its last beat, less one beat. A machine that slept, or a process that was suspended, stops the looks
 * as well as the beats, so a look that comes much too late starts the count again.
 */
export class HangMonitor {
  readonly #options: HangMonitorOptions;
  #aliveAt = 0;
  #lookedAt = 0;
  #hung = false;
  #cancel: (() => void) | undefined;

  constructor(options: HangMonitorOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#alive();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  readonly #look = (): void => {
    const { clock, turned, debugged, timeoutMs } = this.#options;
    const now = clock.now();
    const late = now - this.#lookedAt > 3 * PULSE_MS;
    this.#lookedAt = now;
    if (turned()) {
      if (this.#hung) this.#options.recovered(now - this.#aliveAt);
      this.#alive();
    } else if (late || debugged()) {
      this.#aliveAt = now;
    } else if (!this.#hung && now >= this.#aliveAt + timeoutMs + PULSE_MS) {
      this.#hung = true;
      this.#options.hung(now - this.#aliveAt);
    }
    this.#schedule();
  };

  #alive(): void {
    this.#hung = false;
    this.#aliveAt = this.#lookedAt = this.#options.clock.now();
  }

  #schedule(): void {
    const { clock, timeoutMs } = this.#options;
    const due = this.#aliveAt + timeoutMs + PULSE_MS - clock.now();
    this.#cancel = clock.setTimeout(this.#look, this.#hung ? PULSE_MS : Math.max(1, Math.min(PULSE_MS, due)));
  }
}
