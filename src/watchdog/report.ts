import { reasonOf } from './decision/watch-status.ts';
import type { WatchdogState } from './decision/states.ts';
import type { TargetMonitor } from './target-monitor.ts';
import type { Moment } from './watchdog-state-store.ts';

/** Report on a target. */
export interface TargetReport {
  /** Name of the target. */
  readonly name: string;
  /** State of the target. */
  readonly state: WatchdogState;
  /** Time at which the state began. */
  readonly since: Date;
  /** Failures, source by source; empty without one. */
  readonly reason: string;
  /** Number of actions within the time of the limit. */
  readonly recentActions: number;
  /** Begin of the last action; `undefined` without one. */
  readonly lastActionAt: Date | undefined;
  /** Reason why no action is taken although it failed: the name of a dependency, or `'maintenance'`. */
  readonly heldBy: string | undefined;
  /** End of the quiet time, after the watchdog gave up; `undefined` outside of it. */
  readonly quietUntil: Date | undefined;
}

/** Report on a target, in times of day. */
export function reportOf({ target, status, limits }: TargetMonitor, { now, timeOfDay }: Moment): TargetReport {
  const date = (at: number | undefined): Date | undefined =>
    at === undefined ? undefined : new Date(at - now + timeOfDay);
  return {
    name: target.name,
    state: status.state,
    since: new Date(status.since - now + timeOfDay),
    reason: reasonOf(status),
    recentActions: status.actions.filter((at) => at > now - limits.limitPerMs).length,
    lastActionAt: date(status.lastActionAt),
    heldBy: status.heldBy,
    quietUntil: date(status.quietUntil),
  };
}
