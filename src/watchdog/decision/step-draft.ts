import type { WatchdogState } from './states.ts';
import type { Effect, NoticeKind, WatchStatus } from './watch-status.ts';

/** Shortest time between two notices that the watchdog gave up, in milliseconds. */
const REMINDER_MS = 86_400_000;

/** Status on its way to the next one, and the effects on the way. Lives no longer than a step. */
export class StepDraft {
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
