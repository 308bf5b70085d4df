import type { Clock } from '../util/clock.ts';

/**
 * How often the app's event loop shows that it turns: all that an idle service costs. A hang is told this much after its
 * timeout at the latest, and then the stack is still to be taken: together less than a second.
 */
export const PULSE_MS = 700;
/** A look that comes this much too late was held up together with everything else. */
const LATE_MS = 3_000;

export interface HangMonitorOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** When the app's event loop showed last that it turns, by the clock. */
  lastTurn(): number;
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
  #dueAt = 0;
  #hung = false;
  #cancel: (() => void) | undefined;

  constructor(options: HangMonitorOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#hung = false;
    this.#aliveAt = this.#options.clock.now();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  readonly #look = (): void => {
    const { clock, lastTurn, debugged, timeoutMs, hung, recovered } = this.#options;
    const now = clock.now();
    const turnedAt = lastTurn();
    if (turnedAt > this.#aliveAt) {
      if (this.#hung) recovered(turnedAt - this.#aliveAt);
      this.#hung = false;
      this.#aliveAt = turnedAt;
    } else if (now - this.#dueAt > LATE_MS || debugged()) {
      this.#aliveAt = now;
    } else if (!this.#hung && now >= this.#aliveAt + timeoutMs + PULSE_MS) {
      this.#hung = true;
      hung(now - this.#aliveAt);
    }
    this.#schedule();
  };

  /** Rarely, and just when the time is up: the beats carry their time. */
  #schedule(): void {
    const { clock, timeoutMs } = this.#options;
    const now = clock.now();
    const left = this.#aliveAt + timeoutMs + PULSE_MS - now;
    const next = this.#hung ? PULSE_MS : Math.max(1, Math.min(timeoutMs / 4, left));
    this.#dueAt = now + next;
    this.#cancel = clock.setTimeout(this.#look, next);
  }
}
