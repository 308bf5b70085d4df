import type { Clock } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import type { Verdict } from './run/step.ts';

/** Result of one run of a check. */
export interface CheckResult {
  /** `warn` makes a check suspect and never unhealthy. */
  readonly verdict: Verdict;
  /** Takes the verdict over at once, without the thresholds: for a clear answer. Default `false`. */
  readonly certain?: boolean;
  /** Why, for people: `'connection refused'`. */
  readonly message?: string;
  /** Measured values, for reports and metrics: `{ status: 200, daysLeft: 12 }`. */
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** Circumstances of one run, passed to the check. */
export interface CheckContext {
  /** Aborts at the check's timeout and when health stops. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Endpoints that include a check. */
export type Probe = 'live' | 'ready' | 'startup';

/** How often, how long, how strict. Every check takes these. */
export interface CheckOptions {
  /** From the start of one run to the start of the next. Default 10 s. */
  readonly interval?: Duration;
  /** A run that takes longer has failed. Default 5 s. */
  readonly timeout?: Duration;
  readonly thresholds?: Thresholds;
  /** Checks that must be healthy for this one to run. */
  readonly dependsOn?: readonly string[];
  /** Makes the whole unhealthy when this check is. Default `true`. */
  readonly critical?: boolean;
  /** Default: ready and startup; for `eventLoop` live too. A restart must be able to heal what `live` tests. */
  readonly probes?: readonly Probe[];
}

/** When a check is believed. */
export interface Thresholds {
  /** Failures in a row that make it unhealthy. Default 3. */
  readonly failures?: number;
  /** So many failures within so long make it unhealthy too. Default: none. */
  readonly window?: { readonly failures: number; readonly of: Duration };
  /** Passes in a row that make it healthy again. Default 2. */
  readonly successes?: number;
  /** More failures in a row that are needed, one every `confirmEvery`, after `failures`. Default 0. */
  readonly confirm?: number;
  /** Default 250 ms. */
  readonly confirmEvery?: Duration;
}

/** A check: what it is called and what it does. `httpCheck()`, `tcpCheck()` and the others make one; so does `customCheck(name, fn)`. */
export interface Check {
  readonly name: string;
  /** `'http'`, `'tcp'`, … */
  readonly kind: string;
  readonly options: CheckOptions;
  /** One run. What it throws is a failure. */
  run(context: CheckContext): Promise<CheckResult>;
  /** Called when health starts and stops: for what must measure all the time. */
  start?(): void;
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
