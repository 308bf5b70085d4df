import type { Clock } from '../../util/clock.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import type { Signal } from '../decision/watch-status.ts';
import type { Report } from './source.ts';

/** Number of matches within a time that is a failure. */
export interface MatchLimits {
  /** Matches within `within` that are a failure. Default 1. */
  readonly count?: number;
  /** Time in which they are counted. Default 1 min. */
  readonly within?: Duration;
  /** Time without a match after which the failure is over. Default 1 min. */
  readonly clearAfter?: Duration;
}

/** More matches are counted as this many: a flood must not fill the memory. */
const MAX_KEPT = 1_000;
const MAX_REASON = 200;
const GOOD: Signal = { level: 'good', reason: '' };

/** Counts the matches of one source, and reports when they become a failure and when that is over. */
export class MatchCounter {
  readonly #count: number;
  readonly #withinMs: number;
  readonly #clearMs: number;
  readonly #clock: Clock;
  readonly #report: Report;
  #seen: number[] = [];
  #signal = GOOD;

  constructor({ count = 1, within = '1m', clearAfter = '1m' }: MatchLimits, clock: Clock, report: Report) {
    this.#count = count;
    this.#withinMs = toMs(within);
    this.#clearMs = toMs(clearAfter);
    this.#clock = clock;
    this.#report = report;
  }

  /** The signal reported last. */
  get signal(): Signal {
    return this.#signal;
  }

  /** Adds the matches since the last call. Call it also without matches: the failure may be over. */
  add(texts: readonly string[]): void {
    const now = this.#clock.now();
    const longest = Math.max(this.#withinMs, this.#clearMs);
    this.#seen = [...this.#seen, ...texts.slice(-MAX_KEPT).map(() => now)]
      .filter((at) => at > now - longest)
      .slice(-MAX_KEPT);
    const recent = this.#seen.filter((at) => at > now - this.#withinMs).length;
    if (texts.length > 0 && recent >= this.#count) {
      this.#set({ level: 'bad', reason: `${recent} × ${(texts.at(-1) ?? '').slice(0, MAX_REASON)}` });
    } else if (!this.#seen.some((at) => at > now - this.#clearMs)) {
      this.#clear();
    }
  }

  /** Forgets the matches, which are from before an action. */
  reset(): void {
    this.#seen = [];
    this.#clear();
  }

  #clear(): void {
    if (this.#signal.level === 'bad') this.#set(GOOD);
  }

  #set(signal: Signal): void {
    this.#signal = signal;
    this.#report(signal);
  }
}
