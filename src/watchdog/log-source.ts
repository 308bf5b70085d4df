import { check, type Check, type CheckResult } from '../health/index.ts';
import type { ClockPort } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { createLogTail } from './log-tail.ts';
import type { Signal } from './step.ts';

/** A log, and what in it means that its service doesn't work. */
export interface WatchedLog {
  readonly file: string;
  /** Patterns, or error codes that a line has as a word: `[/out of memory/i, 'E4711']`. */
  readonly patterns: readonly (RegExp | string)[];
  /** So many lines … Default 1. */
  readonly count?: number;
  /** … within so long. Default 1 min. */
  readonly within?: Duration;
  /** So long without one, and it counts as over. Default 1 min. */
  readonly clearAfter?: Duration;
  /** How often the file is looked at. Default 1 s. */
  readonly every?: Duration;
}

/** Makes the check, and what forgets the lines so far: they tell nothing of a service that was restarted since. */
export function logSource(
  log: WatchedLog,
  clock: ClockPort,
  tell: (signal: Signal) => void,
): { check: Check; reset: () => void } {
  const tail = createLogTail(log.file);
  const tests = log.patterns.map(toTest);
  const withinMs = toMs(log.within ?? '1m');
  const clearMs = toMs(log.clearAfter ?? '1m');
  const { count = 1 } = log;
  let seen: number[] = [];
  let bad = false;

  async function look(): Promise<CheckResult> {
    const hits = (await tail.read()).filter((line) => tests.some((test) => test(line)));
    const now = clock.now();
    seen = [...seen, ...hits.map(() => now)].filter((at) => at > now - Math.max(withinMs, clearMs)).slice(-1_000);
    const recent = seen.filter((at) => at > now - withinMs).length;
    if (hits.length > 0 && recent >= count) {
      bad = true;
      tell({ level: 'bad', reason: `${recent} × ${(hits.at(-1) ?? '').slice(0, 200)}` });
    } else if (bad && !seen.some((at) => at > now - clearMs)) {
      bad = false;
      tell({ level: 'good', reason: '' });
    }
    return { verdict: 'pass' };
  }
  return {
    check: check('log', look, { interval: log.every ?? '1s' }),
    reset() {
      seen = [];
      if (bad) tell({ level: 'good', reason: '' });
      bad = false;
    },
  };
}

function toTest(pattern: RegExp | string): (line: string) => boolean {
  if (typeof pattern === 'string') {
    const word = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return toTest(new RegExp(`(?<![\\w])${word}(?![\\w])`));
  }
  // A global or sticky pattern remembers where it was.
  const plain = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (line) => plain.test(line);
}
