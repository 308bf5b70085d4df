import type { WatchdogState } from './states.ts';

/** Observation of a source: it works, may have failed, has failed, or was stopped on purpose. */
export type SignalLevel = 'good' | 'suspect' | 'bad' | 'off';

/** Observation of a source, with its reason. */
export interface Signal {
  readonly level: SignalLevel;
  readonly reason: string;
}

/** State of a target: everything that a decision depends on. Times are of the monotonic clock. */
export interface WatchStatus extends WatchMemory {
  readonly state: WatchdogState;
  readonly since: number;
  /** Observations that aren't good, by source. */
  readonly signals: Readonly<Record<string, Signal>>;
  readonly acting: boolean;
  /** Time by which the target should be normal after an action. */
  readonly graceUntil: number | undefined;
  /** Reason why no action is taken although the target failed. */
  readonly heldBy: string | undefined;
  /** A notice was sent that it failed. */
  readonly notified: boolean;
}

/** Part of the status that survives a restart of the watchdog. */
export interface WatchMemory {
  /** Times of the actions within the time of the limit. */
  readonly actions: readonly number[];
  /** Actions in a row, without a stable time between them. */
  readonly streak: number;
  readonly lastActionAt: number | undefined;
  readonly quietUntil: number | undefined;
  /** An action began and didn't succeed: a service that is stopped now wasn't stopped on purpose. */
  readonly unfinished: boolean;
  /** Time of the last notice that the watchdog gave up; since then the target wasn't normal. */
  readonly gaveUpAt: number | undefined;
  /** Services that the unfinished action stopped, and that are to be started again. */
  readonly dependents: readonly string[];
}

export type WatchEvent =
  | { readonly type: 'signal'; readonly source: string; readonly signal: Signal }
  /** `hopeless`: the next attempt would fail in the same way. */
  | { readonly type: 'acted'; readonly error: string | undefined; readonly hopeless?: boolean }
  | { readonly type: 'tick' };

/** Circumstances of a step. */
export interface Surroundings {
  readonly now: number;
  /** Reason to wait: a dependency that isn't normal, a maintenance window; `until` where its end is known. */
  readonly held: { readonly by: string; readonly until: number | undefined; readonly silent: boolean } | undefined;
}

/** Kind of a notice; see `Notice.kind`. */
export type NoticeKind = 'failed' | 'acting' | 'notRecorded' | 'actionFailed' | 'gaveUp' | 'recovered';

export type Effect =
  | { readonly type: 'moved'; readonly from: WatchdogState; readonly to: WatchdogState }
  | { readonly type: 'act'; readonly attempt: number }
  | { readonly type: 'notice'; readonly kind: NoticeKind; readonly reason: string }
  | { readonly type: 'startDependents'; readonly names: readonly string[] }
  | { readonly type: 'wake'; readonly at: number };

export interface Step {
  readonly status: WatchStatus;
  readonly effects: readonly Effect[];
}

export const NO_MEMORY: WatchMemory = {
  actions: [],
  streak: 0,
  lastActionAt: undefined,
  quietUntil: undefined,
  unfinished: false,
  gaveUpAt: undefined,
  dependents: [],
};

export function initialWatch(now: number, memory: WatchMemory = NO_MEMORY): WatchStatus {
  return {
    ...NO_MEMORY,
    ...memory,
    state: 'normal',
    since: now,
    signals: {},
    acting: false,
    graceUntil: undefined,
    heldBy: undefined,
    notified: false,
  };
}

/** Worst level of all sources; a stop on purpose outweighs all. */
export function worstLevel({ signals }: WatchStatus): SignalLevel {
  let worst: SignalLevel = 'good';
  for (const { level } of Object.values(signals)) {
    if (level === 'off') return 'off';
    if (level === 'bad' || worst === 'good') worst = level;
  }
  return worst;
}

/** Formats the observations that aren't good, source by source, in one line. */
export function reasonOf({ signals }: WatchStatus): string {
  const all = Object.entries(signals).map(([source, { reason }]) => (reason ? `${source}: ${reason}` : source));
  return all.join('; ');
}
