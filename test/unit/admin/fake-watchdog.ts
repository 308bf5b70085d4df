import { EventEmitter } from 'eventemitter3';
import type { AdminActionEvent, AdminTargetReport, AdminWatchdogSource } from 'winsvc/admin';

interface Events {
  change: (target: AdminTargetReport, before: string) => void;
  action: (action: AdminActionEvent) => void;
  actionEnd: (action: AdminActionEvent, error: Error | undefined) => void;
}

/** A watchdog whose targets a test lets fail and recover. */
class FakeWatchdog extends EventEmitter<Events> {
  readonly paused = new Map<string, unknown>();
  readonly #targets: Map<string, AdminTargetReport>;

  constructor(names: readonly string[]) {
    super();
    this.#targets = new Map(names.map((name) => [name, toReport(name, 'normal', '')]));
  }

  report(): readonly AdminTargetReport[] {
    return [...this.#targets.values()];
  }

  pause(name: string, time: unknown): void {
    this.paused.set(name, time);
  }

  fail(name: string, reason: string, action: string): void {
    this.#set(name, 'failed', reason);
    this.emit('action', { target: name, action });
    this.emit('actionEnd', { target: name, action }, undefined);
  }

  recover(name: string): void {
    this.#set(name, 'normal', '');
  }

  #set(name: string, state: string, reason: string): void {
    const before = this.#targets.get(name)?.state ?? 'normal';
    this.#targets.set(name, toReport(name, state, reason));
    this.emit('change', toReport(name, state, reason), before);
  }
}

function toReport(name: string, state: string, reason: string): AdminTargetReport {
  return {
    name,
    state,
    since: new Date(),
    reason,
    recentActions: 0,
    lastActionAt: undefined,
    heldBy: undefined,
    quietUntil: undefined,
  };
}

export function fakeWatchdog(names: readonly string[]): FakeWatchdog & AdminWatchdogSource {
  return new FakeWatchdog(names) as unknown as FakeWatchdog & AdminWatchdogSource;
}
