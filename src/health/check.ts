import type { Clock } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import type { Verdict } from './run/step.ts';

/** Result of one run of a check. */
export interface CheckResult {
  /** `warn` makes a check suspect and never unhealthy. */
  readonly verdict: Verdict;
  /** Takes the verdict over at once, without the thresholds: for a clear answer. Default `false`. */
  readonly certain?: boolean;
  /** Reason, for people: `'connection refused'`. */
  readonly message?: string;
  /** Measured values, for reports and metrics: `{ status: 200, daysLeft: 12 }`. */
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** Circumstances of one run, passed to the check. */
export interface CheckContext {
  /** Aborts at the check's timeout and when health stops. */
  readonly signal: AbortSignal;
  /** Timeout of the run, in milliseconds. */
  readonly timeoutMs: number;
  /** Clock of health: virtual in tests. */
  readonly clock: Clock;
}

/** Endpoints that include a check. */
export type Probe = 'live' | 'ready' | 'startup';

/** Options that every check has. */
export interface CheckOptions {
  /** Time from the start of one run to the start of the next. Default 10 s. */
  readonly interval?: Duration;
  /** Longest time of a run; past it the run failed. Default 5 s. */
  readonly timeout?: Duration;
  /** Failures and passes in a row that change the state. Default: those of `createHealth`. */
  readonly thresholds?: Thresholds;
  /** Checks that must be healthy for this one to run. */
  readonly dependsOn?: readonly string[];
  /** Makes the whole unhealthy when this check is. Default `true`. */
  readonly critical?: boolean;
  /** Endpoints that include it. Default: ready and startup; for `eventLoopCheck` live too. A restart must be able to heal what `live` tests. */
  readonly probes?: readonly Probe[];
}

/** Numbers of failures and passes that change the state of a check. */
export interface Thresholds {
  /** Failures in a row that make it unhealthy. Default 3. */
  readonly failures?: number;
  /** Number of failures within a time that makes it unhealthy too, with passes between them. Default: none. */
  readonly window?: { readonly failures: number; readonly of: Duration };
  /** Passes in a row that make it healthy again. Default 2. */
  readonly successes?: number;
  /** More failures in a row that are needed, one every `confirmEvery`, after `failures`. Default 0. */
  readonly confirm?: number;
  /** Time between two confirmations. Default 250 ms. */
  readonly confirmEvery?: Duration;
}

/** A check. `httpCheck()`, `tcpCheck()` and the others make one; so does `customCheck(name, fn)`. */
export interface Check {
  /** Name of the check: its own in one health. */
  readonly name: string;
  /** Kind of the check: `'http'`, `'tcp'`, … */
  readonly kind: string;
  /** Interval, timeout, thresholds and so on. */
  readonly options: CheckOptions;
  /** Runs the check once. An exception is a failure. */
  run(context: CheckContext): Promise<CheckResult>;
  /** Called when health starts: for what must measure all the time. */
  start?(): void;
  /** Called when health stops. */
  stop?(): void;
}

export const pass = (data?: CheckResult['data'], message?: string): CheckResult => ({
  verdict: 'pass',
  ...(data && { data }),
  ...(message !== undefined && { message }),
});
export const warn = (message: string, data?: CheckResult['data']): CheckResult => ({
  verdict: 'warn',
  message,
  ...(data && { data }),
});
export const fail = (message: string, data?: CheckResult['data']): CheckResult => ({
  verdict: 'fail',
  message,
  ...(data && { data }),
});
