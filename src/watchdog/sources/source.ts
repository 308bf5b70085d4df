import type { Check, CheckResult } from '../../health/index.ts';
import type { Signal } from '../decision/watch-status.ts';

/** Observes one aspect of a target: a check for `watchdog.health`, which also reports what the target must react to. */
export interface Source {
  readonly check: Check;
  /** Prepares the source before the first run. @throws an error for patterns that can't be run */
  prepare?(): Promise<void>;
  /** Forgets what was observed before an action. */
  reset?(): void;
}

/** Receives what a source observed, at once. */
export type Report = (signal: Signal) => void;

/**
 * Result of a check for an observation that needs no second one: health uses it without its thresholds, so that
 * `watchdog.health` and the state of the target agree.
 */
export function toResult({ level, reason }: Signal, data?: CheckResult['data']): CheckResult {
  const verdict = level === 'good' ? 'pass' : level === 'bad' ? 'fail' : 'warn';
  return { verdict, certain: true, ...(reason !== '' && { message: reason }), ...(data && { data }) };
}
