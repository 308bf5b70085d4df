import type { Clock } from '../../util/clock.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import type { Signal } from '../decision/step.ts';

/** How many bad records, within how long, are a failure. */
export interface HitLimits {
  /** So many … Default 1. */
  readonly count?: number;
  /** … within so long. Default 1 min. */
  readonly within?: Duration;
  /** So long without one, and it counts as over. Default 1 min. */
  readonly clearAfter?: Duration;
}

/** What a record is bad by. */
export interface HitTests {
  /** Regular expressions, or words. */
  readonly patterns?: readonly (RegExp | string)[];
  /** Error codes as a word of the text: `'ECONNREFUSED'`, `1067`. A number is found in hexadecimal (`0x42B`) too. */
  readonly codes?: readonly (string | number)[];
}

/** More are counted as so many: a flood must not fill the memory. */
const MAX_KEPT = 1_000;
const MAX_REASON = 200;

/** Counts bad records of one source, and tells when they become a failure and when that is over. */
export class MatchCounter {
  readonly #count: number;
  readonly #withinMs: number;
  readonly #clearMs: number;
  readonly #clock: Clock;
  readonly #tell: (signal: Signal) => void;
  #seen: number[] = [];
  #isBad = false;

  constructor(
    { count = 1, within = '1m', clearAfter = '1m' }: HitLimits,
    clock: Clock,
    tell: (signal: Signal) => void,
  ) {
    this.#count = count;
    this.#withinMs = toMs(within);
    this.#clearMs = toMs(clearAfter);
    this.#clock = clock;
    this.#tell = tell;
  }

  /** The bad records since the last call; none is worth a call too, for it may be over. */
  add(texts: readonly string[]): void {
    const now = this.#clock.now();
    const longest = Math.max(this.#withinMs, this.#clearMs);
    this.#seen = [...this.#seen, ...texts.map(() => now)].filter((at) => at > now - longest).slice(-MAX_KEPT);
    const recent = this.#seen.filter((at) => at > now - this.#withinMs).length;
    if (texts.length > 0 && recent >= this.#count) {
      this.#isBad = true;
      this.#tell({ level: 'bad', reason: `${recent} × ${(texts.at(-1) ?? '').slice(0, MAX_REASON)}` });
    } else if (this.#isBad && !this.#seen.some((at) => at > now - this.#clearMs)) {
      this.#isBad = false;
      this.#tell({ level: 'good', reason: '' });
    }
  }

  /** What was seen so far tells nothing of a service that was restarted since. */
  reset(): void {
    this.#seen = [];
    if (this.#isBad) this.#tell({ level: 'good', reason: '' });
    this.#isBad = false;
  }
}

/** Whether a text is bad; `undefined` when there is nothing to test it by. */
export function createTest({ patterns = [], codes = [] }: HitTests): ((text: string) => boolean) | undefined {
  const tests = [...patterns.map(ofPattern), ...codes.map(ofCode)];
  return tests.length === 0 ? undefined : (text) => tests.some((test) => test.test(text));
}

function ofPattern(pattern: RegExp | string): RegExp {
  if (typeof pattern === 'string') return wordOf(escape(pattern), '');
  // A global or sticky pattern remembers where it was.
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
}

function ofCode(code: string | number): RegExp {
  if (typeof code === 'string') return wordOf(escape(code), '');
  // HRESULT and NTSTATUS are written with all of their digits, and often as negative numbers.
  return wordOf(`(?:-?${Math.abs(code)}|0x0*${(code >>> 0).toString(16)})`, 'i');
}

function wordOf(source: string, flags: string): RegExp {
  return new RegExp(`(?<![\\w])${source}(?![\\w])`, flags);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
