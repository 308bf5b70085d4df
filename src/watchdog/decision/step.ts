import { backoffCeilingMs } from '../../util/backoff.ts';
import type { PolicyLimits } from './policy.ts';
import type { WatchdogState } from './states.ts';

/** What a source says: it works, it may not, it doesn't, or it is stopped on purpose. */
export type SignalLevel = 'good' | 'suspect' | 'bad' | 'off';

export interface Signal {
  readonly level: SignalLevel;
  readonly reason: string;
}

/** Everything that decides over a target. The first part is what survives a restart of the watchdog. */
export interface WatchStatus {
  /** When it was acted on, within the time of the limit. */
  readonly actions: readonly number[];
  /** Actions in a row, without a stable time between them. */
  readonly streak: number;
  readonly lastActionAt: number | undefined;
  readonly quietUntil: number | undefined;

  readonly state: WatchdogState;
  readonly since: number;
  /** What isn't good, by source. */
  readonly signals: Readonly<Record<string, Signal>>;
  readonly acting: boolean;
  /** Until when it may take to be normal after an action. */
  readonly graceUntil: number | undefined;
  /** Why nothing is done although it failed. */
  readonly heldBy: string | undefined;
  /** Somebody was told that it failed. */
  readonly told: boolean;
}

export type WatchEvent =
  | { readonly type: 'signal'; readonly source: string; readonly signal: Signal }
  | { readonly type: 'acted'; readonly error: string | undefined }
  | { readonly type: 'tick' };

/** What surrounds a target at the time. */
export interface Surroundings {
  readonly now: number;
  /** A dependency that isn't normal, or a maintenance window; `until` where its end is known. */
  readonly held: { readonly by: string; readonly until: number | undefined; readonly silent: boolean } | undefined;
}

export type NoticeKind = 'failed' | 'acting' | 'actionFailed' | 'gaveUp' | 'recovered';

export type Effect =
  | { readonly type: 'moved'; readonly from: WatchdogState; readonly to: WatchdogState }
  | { readonly type: 'act'; readonly attempt: number }
  | { readonly type: 'notice'; readonly kind: NoticeKind; readonly reason: string }
  | { readonly type: 'wake'; readonly at: number };

export interface Step {
  readonly status: WatchStatus;
  readonly effects: readonly Effect[];
}

/** What survives a restart. */
export type WatchMemory = Pick<WatchStatus, 'actions' | 'streak' | 'lastActionAt' | 'quietUntil'>;
export const NO_MEMORY: WatchMemory = { actions: [], streak: 0, lastActionAt: undefined, quietUntil: undefined };

export function initialWatch(now: number, memory: WatchMemory = NO_MEMORY): WatchStatus {
  return {
    ...memory,
    state: 'normal',
    since: now,
    signals: {},
    acting: false,
    graceUntil: undefined,
    heldBy: undefined,
    told: false,
  };
}

/** The status after an event, and what is to be done. Pure. */
export function stepWatch(before: WatchStatus, event: WatchEvent, around: Surroundings, policy: PolicyLimits): Step {
  const status = absorb(before, event, around.now, policy);
  // Whatever is seen while it is being restarted is the restart.
  if (status.acting) return { status, effects: [] };
  const draft = new Draft(status, around.now);
  if (event.type === 'acted' && event.error !== undefined) draft.tell('actionFailed', event.error);
  decide(draft, around, policy);
  return { status: draft.status, effects: draft.effects };
}

/** A status on its way to the next one, and what happens on the way. Lives no longer than a step. */
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
  tell(kind: NoticeKind, reason: string): void {
    this.effects.push({ type: 'notice', kind, reason });
    this.set({ told: kind !== 'recovered' });
  }
  wake(at: number): void {
    this.effects.push({ type: 'wake', at });
  }
}

function absorb(status: WatchStatus, event: WatchEvent, now: number, policy: PolicyLimits): WatchStatus {
  if (event.type === 'tick') return status;
  if (event.type === 'signal') {
    const { [event.source]: _, ...others } = status.signals;
    const signals = event.signal.level === 'good' ? others : { ...others, [event.source]: event.signal };
    return { ...status, signals };
  }
  if (!status.acting) return status;
  // The service was stopped on purpose: ours.
  const signals = Object.fromEntries(Object.entries(status.signals).filter(([, { level }]) => level !== 'off'));
  const graceUntil = event.error === undefined ? now + policy.graceMs : now;
  return { ...status, signals, acting: false, graceUntil };
}

function decide(draft: Draft, around: Surroundings, policy: PolicyLimits): void {
  const { state, graceUntil } = draft.status;
  const level = worstLevel(draft.status);
  const hasGrace = state === 'recovering' && graceUntil !== undefined && draft.now < graceUntil;
  if (hasGrace && (level === 'bad' || level === 'suspect')) {
    draft.wake(graceUntil);
  } else if (level === 'bad') {
    if (state !== 'quiet') draft.move('failed');
    actOrWait(draft, around, policy);
  } else if (level === 'good') {
    draft.move('normal');
    draft.set({ quietUntil: undefined });
    if (draft.status.told) draft.tell('recovered', '');
  } else {
    draft.move(level);
  }
}

/** It failed: act, wait, or give up. */
function actOrWait(draft: Draft, { held }: Surroundings, policy: PolicyLimits): void {
  const { now } = draft;
  if (!draft.status.told && !held?.silent) draft.tell('failed', reasonOf(draft.status));
  draft.set({ heldBy: held?.by });
  if (!policy.acts && !held) return;
  if (held) {
    if (held.until !== undefined) draft.wake(held.until);
    return;
  }
  const { quietUntil, since } = draft.status;
  if (quietUntil !== undefined && now < quietUntil) {
    draft.move('quiet');
    draft.wake(quietUntil);
    return;
  }
  const streak = streakAt(draft.status, policy);
  const allowedAt = Math.max(since + policy.debounceMs, afterBackoff(draft.status, streak, policy));
  if (now < allowedAt) {
    draft.wake(allowedAt);
    return;
  }
  const actions = draft.status.actions.filter((time) => time > now - policy.limitPerMs);
  if (actions.length >= policy.limitCount) giveUp(draft, actions, policy);
  else act(draft, actions, streak + 1);
}

function giveUp(draft: Draft, actions: readonly number[], policy: PolicyLimits): void {
  const quietUntil = draft.now + policy.quietMs;
  draft.tell('gaveUp', `${actions.length} actions did not help; ${reasonOf(draft.status)}`);
  draft.move('quiet');
  draft.set({ actions, quietUntil });
  draft.wake(quietUntil);
}

function act(draft: Draft, actions: readonly number[], attempt: number): void {
  draft.tell('acting', reasonOf(draft.status));
  draft.move('failed');
  draft.move('recovering');
  draft.set({
    actions: [...actions, draft.now],
    streak: attempt,
    lastActionAt: draft.now,
    quietUntil: undefined,
    acting: true,
    graceUntil: undefined,
  });
  draft.effects.push({ type: 'act', attempt });
}

/** A target that stood for long enough after its last action begins anew. */
function streakAt({ lastActionAt, since, streak }: WatchStatus, policy: PolicyLimits): number {
  return lastActionAt === undefined || since - lastActionAt >= policy.stableAfterMs ? 0 : streak;
}

function afterBackoff({ lastActionAt }: WatchStatus, streak: number, policy: PolicyLimits): number {
  if (streak === 0 || lastActionAt === undefined) return -Infinity;
  return lastActionAt + backoffCeilingMs(streak, policy.backoffMs, policy.maxBackoffMs);
}

/** The worst that a source says; a stop on purpose outweighs all. */
export function worstLevel({ signals }: WatchStatus): SignalLevel {
  let worst: SignalLevel = 'good';
  for (const { level } of Object.values(signals)) {
    if (level === 'off') return 'off';
    if (level === 'bad' || worst === 'good') worst = level;
  }
  return worst;
}

export function reasonOf({ signals }: WatchStatus): string {
  const all = Object.entries(signals).map(([source, { reason }]) => (reason ? `${source}: ${reason}` : source));
  return all.join('; ');
}
