import type { HealthState } from '../states.ts';

/** Failures and passes that change the state of a check; times in milliseconds. */
export interface ThresholdLimits {
  /** Failures in a row that make it unhealthy. */
  readonly failures: number;
  /** Number of failures within a time that makes it unhealthy too, with passes between them. */
  readonly window: { readonly failures: number; readonly ofMs: number } | undefined;
  /** Passes in a row that make it healthy again. */
  readonly successes: number;
  /** More failures that are needed, in quick succession, after `failures`. */
  readonly confirm: number;
  /** Time between two confirmations. */
  readonly confirmEveryMs: number;
}

/** Outcome of one run of a check. */
export type Verdict = 'pass' | 'warn' | 'fail';

/** Record of a check: enough to decide the next state. */
export interface HealthStatus {
  readonly state: HealthState;
  /** Time at which the state began. */
  readonly since: number;
  /** Failures in a row. */
  readonly failures: number;
  /** Passes in a row. */
  readonly passes: number;
  /** Times of failures within the window. */
  readonly failedAt: readonly number[];
}

export function initialStatus(now: number): HealthStatus {
  return { state: 'starting', since: now, failures: 0, passes: 0, failedAt: [] };
}

/** State after a result that needs no second one. */
const CERTAIN = { pass: 'healthy', warn: 'suspect', fail: 'unhealthy' } as const satisfies Record<Verdict, HealthState>;

/** The status after one more result. Pure. */
export function stepHealth(
  status: HealthStatus,
  verdict: Verdict,
  now: number,
  limits: ThresholdLimits,
  certain = false,
): HealthStatus {
  const failed = verdict === 'fail';
  const failures = failed ? status.failures + 1 : 0;
  const passes = failed ? 0 : status.passes + 1;
  const failedAt = recentFailures(status, failed, now, limits);
  const state = certain ? CERTAIN[verdict] : nextState(status.state, verdict, { failures, passes, failedAt }, limits);
  return { state, since: state === status.state ? status.since : now, failures, passes, failedAt };
}

function recentFailures(
  status: HealthStatus,
  failed: boolean,
  now: number,
  limits: ThresholdLimits,
): readonly number[] {
  if (!limits.window) return status.failedAt;
  const from = now - limits.window.ofMs;
  const kept = status.failedAt.filter((at) => at > from);
  return failed ? [...kept, now] : kept;
}

function nextState(
  state: HealthState,
  verdict: Verdict,
  { failures, passes, failedAt }: Pick<HealthStatus, 'failures' | 'passes' | 'failedAt'>,
  limits: ThresholdLimits,
): HealthState {
  const wasDown = state === 'unhealthy' || state === 'recovering';
  if (verdict === 'fail') {
    const often = limits.window !== undefined && failedAt.length >= limits.window.failures;
    return wasDown || often || failures >= limits.failures + limits.confirm ? 'unhealthy' : 'suspect';
  }
  if (wasDown && passes < limits.successes) return 'recovering';
  return verdict === 'warn' ? 'suspect' : 'healthy';
}

/** Delay until the next run, in milliseconds: shorter while failures wait for their confirmation. */
export function nextDelayMs(status: HealthStatus, intervalMs: number, limits: ThresholdLimits): number {
  const confirming = status.state === 'suspect' && status.failures >= limits.failures;
  return confirming ? Math.min(intervalMs, limits.confirmEveryMs) : intervalMs;
}
