import { backoffCeilingMs } from '../../util/backoff.ts';
import type { PolicyLimits } from './policy.ts';
import { StepDraft } from './step-draft.ts';
import {
  reasonOf,
  type Signal,
  type Step,
  type Surroundings,
  type WatchEvent,
  type WatchStatus,
  worstLevel,
} from './watch-status.ts';

/** Status after an event, and the effects to carry out. Pure. */
export function stepWatch(before: WatchStatus, event: WatchEvent, around: Surroundings, policy: PolicyLimits): Step {
  const status = absorb(before, event, around.now, policy);
  // Observations during an action are effects of the action.
  if (status.acting) return { status, effects: [] };
  const draft = new StepDraft(status, around.now);
  if (event.type === 'signal' && before.unfinished && !status.unfinished) draft.startDependents();
  const failure = event.type === 'acted' ? event.error : undefined;
  if (failure !== undefined) draft.notify('actionFailed', failure);
  decide(draft, around, policy, event.type === 'acted' && event.hopeless === true);
  return { status: draft.status, effects: draft.effects };
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
    // It runs: no action is left to finish.
    const runs = source === 'service' && !status.acting;
    return { ...status, signals: others, unfinished: status.unfinished && !runs };
  }
  const halfDone = signal.level === 'off' && status.unfinished;
  const seen: Signal = halfDone
    ? { level: 'bad', reason: `${signal.reason} since an action that did not finish` }
    : signal;
  return { ...status, signals: { ...others, [source]: seen } };
}

function decide(draft: StepDraft, around: Surroundings, policy: PolicyLimits, hopeless: boolean): void {
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
function actOrWait(draft: StepDraft, { held }: Surroundings, policy: PolicyLimits, hopeless: boolean): void {
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

function giveUp(draft: StepDraft, actions: readonly number[], policy: PolicyLimits): void {
  const quietUntil = draft.now + policy.quietMs;
  const did = actions.length === 1 ? 'one action' : `${actions.length} actions`;
  draft.notify('gaveUp', `${did} did not help; ${reasonOf(draft.status)}`);
  draft.move('quiet');
  draft.set({ actions, quietUntil });
  draft.wake(quietUntil);
}

function act(draft: StepDraft, actions: readonly number[], attempt: number): void {
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
