import { backoffCeilingMs } from '../../util/backoff.ts';
import type { PolicyLimits } from './policy.ts';
import type { WatchdogState } from './states.ts';

/** Observation of a source: works, perhaps not, doesn't, or stopped on purpose. */
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

/** Shortest time between two notices that the watchdog gave up, in milliseconds. */
const REMINDER_MS = 86_400_000;

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

/** Status after an event, and the effects to carry out. Pure. */
export function stepWatch(before: WatchStatus, event: WatchEvent, around: Surroundings, policy: PolicyLimits): Step {
  const status = absorb(before, event, around.now, policy);
  // Whatever is observed during an action is the action.
  if (status.acting) return { status, effects: [] };
  const draft = new Draft(status, around.now);
  if (event.type === 'signal' && before.unfinished && !status.unfinished) draft.startDependents();
  const failure = event.type === 'acted' ? event.error : undefined;
  if (failure !== undefined) draft.notify('actionFailed', failure);
  decide(draft, around, policy, event.type === 'acted' && event.hopeless === true);
  return { status: draft.status, effects: draft.effects };
}

/** Status on its way to the next one, and the effects on the way. Lives no longer than a step. */
class Draft {
  status: WatchStatus;
  readonly effects: Effect[] = [];
  readonly now: number;

  constructor(status: WatchStatus, now: number) {
    this.status = status;
    this.now = now;
  }
  set(change: Partial<WatchStatus>): void {
    this.status = { ...this.status, ...change };
  }
  move(to: WatchdogState): void {
    const from = this.status.state;
    if (from === to) return;
    this.effects.push({ type: 'moved', from, to });
    this.set({ state: to, since: this.now, heldBy: undefined });
  }
  notify(kind: NoticeKind, reason: string): void {
    // The attempts after it gave up would repeat themselves for days.
    const repeats = this.status.gaveUpAt !== undefined && this.now - this.status.gaveUpAt < REMINDER_MS;
    if (repeats && (kind === 'acting' || kind === 'actionFailed' || kind === 'gaveUp')) return;
    this.effects.push({ type: 'notice', kind, reason });
    this.set({ notified: kind !== 'recovered', ...(kind === 'gaveUp' && { gaveUpAt: this.now }) });
  }
  /** The service runs although the action that stopped its dependents did not finish. */
  startDependents(): void {
    const { dependents: names } = this.status;
    if (names.length === 0) return;
    this.effects.push({ type: 'startDependents', names });
    this.set({ dependents: [] });
  }
  wake(at: number): void {
    this.effects.push({ type: 'wake', at });
  }
}

function absorb(status: WatchStatus, event: WatchEvent, now: number, policy: PolicyLimits): WatchStatus {
  if (event.type === 'tick') return status;
  if (event.type === 'signal') return absorbSignal(status, event.source, event.signal);
  if (!status.acting) return status;
  // The action stopped the service: it wasn't stopped on purpose.
  const signals = Object.fromEntries(Object.entries(status.signals).filter(([, { level }]) => level !== 'off'));
  const ended = { ...status, signals, acting: false };
  if (event.error !== undefined) return { ...ended, graceUntil: now };
  return { ...ended, graceUntil: now + policy.graceMs, unfinished: false, dependents: [] };
}

function absorbSignal(status: WatchStatus, source: string, signal: Signal): WatchStatus {
  const { [source]: _, ...others } = status.signals;
  if (signal.level === 'good') {
    // It runs: whatever was begun, nothing is left to finish.
    const runs = source === 'service' && !status.acting;
    return { ...status, signals: others, unfinished: status.unfinished && !runs };
  }
  const halfDone = signal.level === 'off' && status.unfinished;
  const seen: Signal = halfDone
    ? { level: 'bad', reason: `${signal.reason} since an action that did not finish` }
    : signal;
  return { ...status, signals: { ...others, [source]: seen } };
}

function decide(draft: Draft, around: Surroundings, policy: PolicyLimits, hopeless: boolean): void {
  const { state, since, graceUntil } = draft.status;
  // A watchdog that was restarted didn't see the target recover: normal for a stable time, and a failure is a new one.
  if (state === 'normal' && draft.now - since >= policy.stableAfterMs) {
    draft.set({ gaveUpAt: undefined, quietUntil: undefined });
  }
  const level = worstLevel(draft.status);
  const hasGrace = state === 'recovering' && graceUntil !== undefined && draft.now < graceUntil;
  if (hasGrace && (level === 'bad' || level === 'suspect')) {
    draft.wake(graceUntil);
  } else if (level === 'bad') {
    if (state !== 'quiet') draft.move('failed');
    actOrWait(draft, around, policy, hopeless);
  } else if (level === 'good') {
    draft.move('normal');
    draft.set({ quietUntil: undefined, gaveUpAt: undefined });
    if (draft.status.notified) draft.notify('recovered', '');
  } else {
    draft.move(level);
  }
}

/** Decides on a failed target: act, wait, or give up. */
function actOrWait(draft: Draft, { held }: Surroundings, policy: PolicyLimits, hopeless: boolean): void {
  const { now } = draft;
  if (!draft.status.notified && !held?.silent) draft.notify('failed', reasonOf(draft.status));
  draft.set({ heldBy: held?.by });
  if (!policy.acts && !held) return;
  if (held) {
    if (held.until !== undefined) draft.wake(held.until);
    return;
  }
  const { quietUntil, since, gaveUpAt } = draft.status;
  if (quietUntil !== undefined && now < quietUntil) {
    draft.move('quiet');
    draft.wake(quietUntil);
    return;
  }
  const actions = draft.status.actions.filter((time) => time > now - policy.limitPerMs);
  // After it gave up there is one attempt in each quiet time.
  if (hopeless || (gaveUpAt !== undefined && quietUntil === undefined)) {
    giveUp(draft, actions, policy);
    return;
  }
  const streak = streakAt(draft.status, policy);
  const allowedAt = Math.max(since + policy.debounceMs, afterBackoff(draft.status, streak, policy));
  if (now < allowedAt) {
    draft.wake(allowedAt);
    return;
  }
  if (actions.length >= policy.limitCount) giveUp(draft, actions, policy);
  else act(draft, actions, streak + 1);
}

function giveUp(draft: Draft, actions: readonly number[], policy: PolicyLimits): void {
  const quietUntil = draft.now + policy.quietMs;
  const did = actions.length === 1 ? 'one action' : `${actions.length} actions`;
  draft.notify('gaveUp', `${did} did not help; ${reasonOf(draft.status)}`);
  draft.move('quiet');
  draft.set({ actions, quietUntil });
  draft.wake(quietUntil);
}

function act(draft: Draft, actions: readonly number[], attempt: number): void {
  draft.notify('acting', reasonOf(draft.status));
  draft.move('failed');
  draft.move('recovering');
  draft.set({
    actions: [...actions, draft.now],
    streak: attempt,
    lastActionAt: draft.now,
    quietUntil: undefined,
    unfinished: true,
    acting: true,
    graceUntil: undefined,
  });
  draft.effects.push({ type: 'act', attempt });
}

/** Actions in a row; none after a stable time. */
function streakAt({ lastActionAt, since, streak }: WatchStatus, policy: PolicyLimits): number {
  return lastActionAt === undefined || since - lastActionAt >= policy.stableAfterMs ? 0 : streak;
}

function afterBackoff({ lastActionAt }: WatchStatus, streak: number, policy: PolicyLimits): number {
  if (streak === 0 || lastActionAt === undefined) return -Infinity;
  return lastActionAt + backoffCeilingMs(streak, policy.backoffMs, policy.maxBackoffMs);
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
