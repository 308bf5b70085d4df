import { customCheck, type Check, type CheckResult } from '../../health/index.ts';
import type { Clock } from '../../util/clock.ts';
import type { Duration } from '../../util/duration.ts';
import { toError } from '../../util/to-error.ts';
import { createTest, type HitLimits, MatchCounter, type HitTests } from './match-counter.ts';
import { createLogTail } from './log-tail.ts';
import type { Signal } from '../decision/step.ts';

/** A log, and what in it means that its service doesn't work. At least one of `patterns` and `codes`. */
export interface WatchedLog extends HitLimits, HitTests {
  readonly file: string;
  /** How often the file is looked at. Default 1 s. */
  readonly every?: Duration;
}

/** A source of the watchdog: the check, and what forgets what was seen before an action. */
export interface HitSource {
  readonly check: Check;
  readonly reset: () => void;
}

export function logSource(log: WatchedLog, clock: Clock, tell: (signal: Signal) => void): HitSource {
  const tail = createLogTail(log.file);
  const isBad = createTest(log) ?? (() => false);
  const hits = new MatchCounter(log, clock, tell);

  async function look(): Promise<CheckResult> {
    try {
      hits.add((await tail.read()).filter(isBad));
      return { verdict: 'pass' };
    } catch (error) {
      // A log that can't be read says nothing about its service.
      return { verdict: 'warn', message: toError(error).message };
    }
  }
  return {
    check: customCheck('log', look, { interval: log.every ?? '1s' }),
    reset() {
      hits.reset();
    },
  };
}
