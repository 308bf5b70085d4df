import type { WatchdogState } from './decision/states.ts';
import { reasonOf } from './decision/step.ts';
import type { TargetMonitor } from './target-monitor.ts';

/** What the watchdog knows of a target. */
export interface TargetReport {
  readonly name: string;
  readonly state: WatchdogState;
  readonly since: Date;
  /** What isn't right, source by source; empty when all is. */
  readonly reason: string;
  /** Actions within the time of the limit. */
  readonly recentActions: number;
  readonly lastActionAt: Date | undefined;
  /** Why nothing is done although it failed: a dependency, or maintenance. */
  readonly heldBy: string | undefined;
  /** Until when it is left alone. */
  readonly quietUntil: Date | undefined;
}

export function reportOf({ target, status, limits }: TargetMonitor, now: number): TargetReport {
  const date = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
  return {
    name: target.name,
    state: status.state,
    since: new Date(status.since),
    reason: reasonOf(status),
    recentActions: status.actions.filter((at) => at > now - limits.limitPerMs).length,
    lastActionAt: date(status.lastActionAt),
    heldBy: status.heldBy,
    quietUntil: date(status.quietUntil),
  };
}
