import type { Check, Thresholds } from '../health/index.ts';
import type { Clock } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import type { WatchAction } from './actions/actions.ts';
import type { WatchedService } from './actions/perform.ts';
import type { MaintenanceWindow } from './decision/maintenance.ts';
import type { WatchPolicy } from './decision/policy.ts';
import type { Notifier } from './notify/notice.ts';
import type { WatchedEvents } from './sources/event-source.ts';
import type { WatchedHeartbeat } from './sources/heartbeat-source.ts';
import type { WatchedLog } from './sources/log-source.ts';

/** Target of a watchdog. It needs at least one source: `service`, `checks`, `heartbeat`, `log` or `events`. */
export interface WatchTarget {
  /** Name in notices, reports and the state file. Each target needs its own. */
  readonly name: string;
  /** Service to observe and to act on: `scm.service('Orders')`. */
  readonly service?: WatchedService;
  /** A clean stop is a failure too. Default `false`: a service that was stopped on purpose stays stopped. */
  readonly keepRunning?: boolean;
  /** Checks of `winsvc/health`. */
  readonly checks?: readonly Check[];
  /** Heartbeats to wait for. */
  readonly heartbeat?: WatchedHeartbeat;
  /** Log file whose lines can mean a failure. */
  readonly log?: WatchedLog;
  /** Events of the Windows event log that mean a failure: `{ read: readEvents, source: 'Orders', level: 'error' }` */
  readonly events?: WatchedEvents;
  /**
   * Actions on a failure: the first one, on the next failure in a row the second one, and so on; after that the last
   * one. Default `'restart'`; none without a service.
   */
  readonly actions?: WatchAction | readonly WatchAction[];
  /** Longest time of an action; past it the action failed. Default 2 min. */
  readonly actionTimeout?: Duration;
  /** Names of targets that must be normal before there is an action on this one. */
  readonly dependsOn?: readonly string[];
  /** Replaces settings of the watchdog's policy, one by one. */
  readonly policy?: WatchPolicy;
  /** Maintenance windows beside those of the watchdog. */
  readonly maintenance?: readonly MaintenanceWindow[];
}

/** Options of `createWatchdog`. */
export interface WatchdogOptions {
  /** Targets to watch. */
  readonly targets: readonly WatchTarget[];
  /** Delays and limits of the actions. */
  readonly policy?: WatchPolicy;
  /** Interval of service queries, and of checks that have none of their own. Default 5 s. */
  readonly interval?: Duration;
  /** Failures and passes in a row that change the state of a check. Default: 3 failures in a row, confirmed by 2 more within half a second; 2 passes. */
  readonly thresholds?: Thresholds;
  /** Notifiers. Default: none. */
  readonly notify?: readonly Notifier[];
  /** Notices within this time are one message. Default 5 s. */
  readonly groupFor?: Duration;
  /** Most messages of each notifier within a time; more notices wait for the next one. Default 20 in 10 min. */
  readonly notifyLimit?: { readonly count: number; readonly per: Duration };
  /** Times without actions and notices. Default: none. */
  readonly maintenance?: readonly MaintenanceWindow[];
  /**
   * Path of a file that keeps counts, unfinished actions and undelivered notices over a restart of the watchdog.
   * Default: none is kept.
   */
  readonly stateFile?: string;
  /** Reports the actions and takes none. Default `false`. */
  readonly dryRun?: boolean;
  /** Most checks at a time. Default 50. */
  readonly concurrency?: number;
  /** Most actions at a time. Default 4. */
  readonly actionsAtOnce?: number;
  /** Source of time, for tests. Default: the system's. */
  readonly clock?: Clock;
  /** Source of random numbers from 0 up to 1, for tests. Default `Math.random`. */
  readonly random?: () => number;
}
