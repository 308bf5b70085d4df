import { type Clock, timeOfDay } from '../util/clock.ts';
import type { TimerGroup } from '../util/timer-group.ts';
import { cleanText } from './decision/clean-text.ts';
import { maintenanceEnd } from './decision/maintenance.ts';
import type { WatchdogState } from './decision/states.ts';
import type { Effect, NoticeKind, Surroundings, WatchEvent } from './decision/watch-status.ts';
import { stepWatch } from './decision/step.ts';
import type { LoopLag } from './loop-lag.ts';
import type { TargetMonitor } from './target-monitor.ts';
import type { WatchdogOptions } from './watchdog-options.ts';
import type { Moment } from './watchdog-state-store.ts';

/**
 * Longest time until a waiting target is decided on again, in milliseconds: the time of day may have been set since.
 */
const MAX_WAKE_MS = 60_000;

/** Effects of a decision, which the caller carries out. */
export interface DecisionEffects {
  changed(monitor: TargetMonitor, to: WatchdogState, from: WatchdogState): void;
  notice(monitor: TargetMonitor, kind: NoticeKind, reason: string): void;
  act(monitor: TargetMonitor, attempt: number): void;
  startDependents(monitor: TargetMonitor, names: readonly string[]): void;
}

/** Decides over targets: gives each event to the pure step with its circumstances, and carries the effects out. */
export class TargetDecisions {
  readonly monitors = new Map<string, TargetMonitor>();
  readonly #waiting = new Map<string, TargetMonitor[]>();
  readonly #pausedUntil = new Map<string, number>();
  readonly #options: WatchdogOptions;
  readonly #clock: Clock;
  readonly #timers: TimerGroup;
  readonly #lag: LoopLag;
  readonly #effects: DecisionEffects;

  constructor(options: WatchdogOptions, clock: Clock, timers: TimerGroup, lag: LoopLag, effects: DecisionEffects) {
    this.#options = options;
    this.#clock = clock;
    this.#timers = timers;
    this.#lag = lag;
    this.#effects = effects;
  }

  add(monitor: TargetMonitor): void {
    const { name, dependsOn = [] } = monitor.target;
    this.monitors.set(name, monitor);
    for (const other of dependsOn) this.#waiting.set(other, [...(this.#waiting.get(other) ?? []), monitor]);
  }

  moment(): Moment {
    return { now: this.#clock.now(), timeOfDay: timeOfDay(this.#clock) };
  }

  /** Takes no action on a target for a time, in milliseconds, from its next decision on. */
  pause(monitor: TargetMonitor, ms: number): void {
    this.#pausedUntil.set(monitor.target.name, this.#clock.now() + ms);
  }

  apply(monitor: TargetMonitor, event: WatchEvent): void {
    const { status, effects } = stepWatch(monitor.status, clean(event), this.#surroundings(monitor), monitor.limits);
    monitor.status = status;
    for (const effect of effects) this.#carryOut(monitor, effect);
  }

  #surroundings({ target, status }: TargetMonitor): Surroundings {
    const { now, timeOfDay: time } = this.moment();
    const windows = [...(this.#options.maintenance ?? []), ...(target.maintenance ?? [])];
    const ends = windows.length > 0 ? (maintenanceEnd(windows, time) ?? time) - time + now : now;
    const until = Math.max(ends, this.#pausedUntil.get(target.name) ?? 0);
    if (until > now) return { now, held: { by: 'maintenance', until, silent: true } };
    const waitsFor = target.dependsOn?.find((name) => this.monitors.get(name)?.status.state !== 'normal');
    if (waitsFor !== undefined) return { now, held: { by: waitsFor, until: undefined, silent: false } };
    // The state that the SCM reports doesn't depend on time.
    const grace = status.signals['service']?.level === 'bad' ? undefined : this.#lag.grace();
    return { now, held: grace && { ...grace, silent: true } };
  }

  #carryOut(monitor: TargetMonitor, effect: Effect): void {
    switch (effect.type) {
      case 'moved':
        this.#effects.changed(monitor, effect.to, effect.from);
        if (effect.to === 'normal') this.#release(monitor);
        return;
      case 'wake':
        this.#wake(monitor, effect.at);
        return;
      case 'notice':
        this.#effects.notice(monitor, effect.kind, effect.reason);
        return;
      case 'act':
        this.#effects.act(monitor, effect.attempt);
        return;
      case 'startDependents':
        this.#effects.startDependents(monitor, effect.names);
    }
  }

  #wake(monitor: TargetMonitor, at: number): void {
    monitor.cancelWake?.();
    const ms = Math.min(Math.max(0, at - this.#clock.now()), MAX_WAKE_MS);
    monitor.cancelWake = this.#timers.setTimeout(() => {
      this.apply(monitor, { type: 'tick' });
    }, ms);
  }

  /** Decides again on the targets that waited for this one. */
  #release({ target }: TargetMonitor): void {
    for (const dependent of this.#waiting.get(target.name) ?? []) {
      if (dependent.status.heldBy !== undefined) this.apply(dependent, { type: 'tick' });
    }
  }
}

/** Reasons are text of other programs, such as log lines. */
function clean(event: WatchEvent): WatchEvent {
  if (event.type === 'signal') {
    return { ...event, signal: { ...event.signal, reason: cleanText(event.signal.reason) } };
  }
  return event.type === 'acted' && event.error !== undefined ? { ...event, error: cleanText(event.error) } : event;
}
