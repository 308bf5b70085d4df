import type { Probe } from './check.ts';
import type { Monitor } from './run/monitor.ts';
import { type HealthState, worst } from './states.ts';

/** State and last result of one check. */
export interface CheckReport {
  /** Name of the check. */
  readonly name: string;
  /** Kind of the check: `'http'`, `'tcp'`, … */
  readonly kind: string;
  /** State of the check. */
  readonly state: HealthState;
  /** Time at which the state began. */
  readonly since: Date;
  /** The whole is unhealthy when this check is. */
  readonly critical: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** Reason of the last result; `undefined` without one. */
  readonly message: string | undefined;
  /** Measured values of the last run. */
  readonly data: Readonly<Record<string, string | number | boolean>>;
  /** Time of the last run; `undefined` before the first. */
  readonly lastAt: Date | undefined;
  /** Duration of the last run, in milliseconds; `undefined` before the first. */
  readonly latencyMs: number | undefined;
  /** Name of the check that this one waits for, while that one isn't healthy. */
  readonly blockedBy: string | undefined;
}

/** State of the whole, and of each check. */
export interface HealthReport {
  /** State of the whole: that of its worst critical check. */
  readonly state: HealthState;
  /** Time of the report. */
  readonly at: Date;
  /** `/livez` answers 200. */
  readonly live: boolean;
  /** `/readyz` answers 200. */
  readonly ready: boolean;
  /** `/startupz` answers 200. */
  readonly started: boolean;
  /** Checks, in the order of the options. */
  readonly checks: readonly CheckReport[];
}

export function reportOf(monitor: Monitor): CheckReport {
  const { check, status, last, settings, blockedBy } = monitor;
  return {
    name: check.name,
    kind: check.kind,
    state: status.state,
    since: new Date(status.since),
    critical: settings.critical,
    failures: status.failures,
    message: last?.message,
    data: last?.data ?? {},
    lastAt: last && new Date(last.at),
    latencyMs: last?.latencyMs,
    blockedBy,
  };
}

/** The worst critical check; a check that isn't critical makes the whole suspect at most. */
export function overall(monitors: Iterable<Monitor>): HealthState {
  const states: HealthState[] = [];
  for (const { settings, status } of monitors) {
    const counts = settings.critical || status.state === 'healthy' || status.state === 'starting';
    if (counts && !(status.state === 'starting' && !settings.critical)) states.push(status.state);
    else if (!counts) states.push('suspect');
  }
  return worst(states);
}

/** Returns whether the endpoint answers with success. A suspect service stays in use. */
export function answers(probe: Probe, monitors: Iterable<Monitor>): boolean {
  for (const { settings, status, everHealthy } of monitors) {
    if (!settings.critical || !settings.probes.includes(probe)) continue;
    if (probe === 'startup' && !everHealthy) return false;
    if (probe === 'live' && status.state === 'unhealthy') return false;
    if (probe === 'ready' && status.state !== 'healthy' && !(status.state === 'suspect' && everHealthy)) return false;
  }
  return true;
}
