import type { Clock } from '../util/clock.ts';

/**
 * Interval of the app's pulse, in milliseconds: the only cost of an idle service. A hang is reported at most this much after
 * its timeout, plus the time to take the stack: together less than a second.
 */
export const PULSE_MS = 700;
/** A check that runs this much too late was delayed together with the app. */
const LATE_MS = 3_000;

export interface HangMonitorOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Time of the app's last pulse, by the clock. */
  lastTurn(): number;
  /** Returns whether a debugger is attached: a program that is stepped through doesn't hang. */
  debugged(): boolean;
  hung(blockedMs: number): void;
  recovered(blockedMs: number): void;
}

/**
 * Detects a blocked event loop. It is hung when it was blocked for the whole timeout: the time since the last pulse, less
 * one interval. A machine that slept, or a process that was suspended, stops the checks as well as the pulses, so a check
 * that runs much too late resets the count.
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

  /** Checks rarely, and exactly when the timeout ends: each pulse carries its time. */
  #schedule(): void {
    const { clock, timeoutMs } = this.#options;
    const now = clock.now();
    const left = this.#aliveAt + timeoutMs + PULSE_MS - now;
    const next = this.#hung ? PULSE_MS : Math.max(1, Math.min(timeoutMs / 4, left));
    this.#dueAt = now + next;
    this.#cancel = clock.setTimeout(this.#look, next);
  }
}
