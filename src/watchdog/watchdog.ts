import { setMaxListeners } from 'node:events';
import { EventEmitter } from 'eventemitter3';
import { ServiceError } from '../errors/service-error.ts';
import { type CheckReport, createHealth, type Health } from '../health/index.ts';
import { type Clock, systemClock, timeOfDay } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { createStateFile, type StateFile } from '../util/state-file.ts';
import { createTimerQueue, type TimerQueue } from '../util/timer-queue.ts';
import { type ActionEvent, ActionRunner } from './actions/action-runner.ts';
import { actionFor, actionName } from './actions/actions.ts';
import { checkWatchdogOptions } from './check-watchdog-options.ts';
import { cleanText } from './decision/clean-text.ts';
import { maintenanceEnd } from './decision/maintenance.ts';
import type { WatchdogState } from './decision/states.ts';
import {
  type Effect,
  initialWatch,
  type NoticeKind,
  stepWatch,
  type Surroundings,
  type WatchEvent,
} from './decision/step.ts';
import { LoopLag } from './loop-lag.ts';
import { createNotice, type Notice } from './notify/notice.ts';
import { Notifiers } from './notify/notifiers.ts';
import { reportOf, type TargetReport } from './report.ts';
import { createTargetMonitor, signalOfCheck, type TargetMonitor } from './target-monitor.ts';
import type { WatchdogOptions } from './watchdog-options.ts';
import { type Moment, readState, writeState } from './watchdog-state-store.ts';

/** Longest time until a waiting target is decided on again, in milliseconds: the time of day may have been set since. */
const MAX_WAKE_MS = 60_000;

/** Events of a {@link Watchdog}. */
export interface WatchdogEvents {
  /** The state of a target changed. */
  change: (target: TargetReport, before: WatchdogState) => void;
  /** An action began. */
  action: (action: ActionEvent) => void;
  /** An action ended; `error` is its failure, if it failed. */
  actionEnd: (action: ActionEvent, error: Error | undefined) => void;
  /** A notice goes to the notifiers. */
  notice: (notice: Notice) => void;
  /** A notifier failed, or the state file could not be read or written. The watchdog goes on. */
  error: (error: Error) => void;
}

/** Watches targets and acts on those that fail. Create it with `createWatchdog`. */
export class Watchdog extends EventEmitter<WatchdogEvents> {
  readonly #options: WatchdogOptions;
  readonly #clock: Clock;
  readonly #timers: TimerQueue;
  readonly #monitors = new Map<string, TargetMonitor>();
  readonly #dependents = new Map<string, TargetMonitor[]>();
  readonly #byCheck = new Map<string, { readonly monitor: TargetMonitor; readonly check: string }>();
  readonly #pausedUntil = new Map<string, number>();
  readonly #health: Health;
  readonly #lag: LoopLag;
  readonly #notifiers: Notifiers;
  readonly #actions: ActionRunner;
  readonly #file: StateFile | undefined;
  readonly #stopped = new AbortController();
  #life: 'new' | 'running' | 'closed' = 'new';
  /** Why the state file could not be written last time. */
  #unwritten: Error | undefined;
  /** A notice said so. */
  #toldUnwritten = false;

  /** @internal */
  constructor(options: WatchdogOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timers = createTimerQueue(this.#clock);
    this.#lag = new LoopLag(this.#timers);
    setMaxListeners(0, this.#stopped.signal);
    for (const target of options.targets) this.#addTarget(target);
    this.#health = createHealth({
      checks: [...this.#monitors.values()].flatMap(({ checks }) => checks),
      thresholds: { failures: 3, confirm: 2, successes: 2, ...options.thresholds },
      concurrency: options.concurrency ?? 50,
      clock: this.#clock,
      ...(options.random && { random: options.random }),
    });
    this.#health.on('checkChange', (report) => {
      this.#checkChanged(report);
    });
    this.#file = this.#openFile();
    // Not the queue of timers: closing the watchdog empties it, and the last notices need theirs.
    this.#notifiers = new Notifiers(options, this.#clock, {
      changed: () => this.#file?.touch(),
      failed: (error) => this.emit('error', error),
    });
    this.#actions = this.#createActionRunner();
  }

  #addTarget(target: WatchdogOptions['targets'][number]): void {
    const monitor = createTargetMonitor(target, this.#options, this.#clock, (source, signal) => {
      if (signal.level === 'good' && !(source in monitor.status.signals) && !monitor.status.unfinished) return;
      this.#apply(monitor, { type: 'signal', source, signal });
    });
    this.#monitors.set(target.name, monitor);
    for (const { name } of monitor.checks) {
      this.#byCheck.set(name, { monitor, check: name.slice(target.name.length + 2) });
    }
    for (const name of target.dependsOn ?? []) {
      this.#dependents.set(name, [...(this.#dependents.get(name) ?? []), monitor]);
    }
  }

  #checkChanged(report: CheckReport): void {
    const known = this.#byCheck.get(report.name);
    if (!known) return;
    const { monitor, check } = known;
    // What it reported itself needs no second signal: only that it can't be asked does.
    const reported = monitor.reporting.has(check) && check in monitor.status.signals;
    const signal = reported ? ({ level: 'good', reason: '' } as const) : signalOfCheck(report);
    this.#apply(monitor, { type: 'signal', source: `${check} check`, signal });
  }

  /**
   * Reads the state file, and begins to watch. Does nothing when it runs already.
   *
   * @throws ServiceError CLOSED after a close
   */
  async start(): Promise<void> {
    if (this.#life === 'closed') throw new ServiceError('CLOSED', 'The watchdog was closed: it cannot start again.');
    if (this.#life === 'running') return;
    this.#life = 'running';
    const saved = await this.#file?.load();
    // It may have been closed meanwhile.
    if (this.#stopped.signal.aborted) return;
    const { targets, notices } = readState(
      saved,
      this.#moment(),
      (name) => this.#monitors.get(name)?.limits.quietMs ?? 0,
    );
    for (const [name, monitor] of this.#monitors) monitor.status = initialWatch(this.#clock.now(), targets.get(name));
    this.#notifiers.restore(notices);
    this.#notifiers.start();
    this.#lag.start();
    this.#health.start();
  }

  /**
   * Ends the watch: aborts the actions under way, delivers the notices that wait, as far as 5 s allow, and writes the
   * state file.
   */
  async close(): Promise<void> {
    if (this.#life === 'closed') return;
    this.#life = 'closed';
    this.#stopped.abort(new DOMException('the watchdog was closed', 'AbortError'));
    this.#lag.stop();
    this.#timers.clear();
    await this.#health[Symbol.asyncDispose]();
    await this.#notifiers.close();
    await this.#file?.flush();
  }

  /** Same as {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Report on one target; `undefined` for a name that is not watched. */
  target(name: string): TargetReport | undefined {
    const monitor = this.#monitors.get(name);
    return monitor && reportOf(monitor, this.#moment());
  }

  /** Report on every target, in the order of the options. */
  report(): TargetReport[] {
    return [...this.#monitors.values()].map((monitor) => reportOf(monitor, this.#moment()));
  }

  /** Checks of all targets, named `TARGET: CHECK`: for `healthServer` and `healthMetrics`. */
  get health(): Health {
    return this.#health;
  }

  /**
   * Leaves a target alone for a time: no actions and no notices. 0 ends the pause.
   *
   * @throws ServiceError INVALID_OPTIONS for an unknown target; RangeError for an invalid time
   */
  pause(name: string, time: Duration): void {
    const monitor = this.#monitors.get(name);
    if (!monitor) throw new ServiceError('INVALID_OPTIONS', `watchdog.pause: there is no target "${name}".`);
    this.#pausedUntil.set(name, this.#clock.now() + toMs(time, 'the time of the pause'));
    this.#apply(monitor, { type: 'tick' });
  }

  #moment(): Moment {
    return { now: this.#clock.now(), timeOfDay: timeOfDay(this.#clock) };
  }

  #apply(monitor: TargetMonitor, event: WatchEvent): void {
    if (this.#life !== 'running') return;
    const cleaned = clean(event);
    const { status, effects } = stepWatch(monitor.status, cleaned, this.#surroundings(monitor), monitor.limits);
    monitor.status = status;
    for (const effect of effects) this.#carryOut(monitor, effect);
  }

  #surroundings({ target, status }: TargetMonitor): Surroundings {
    const { now, timeOfDay: time } = this.#moment();
    const windows = [...(this.#options.maintenance ?? []), ...(target.maintenance ?? [])];
    const ends = windows.length > 0 ? (maintenanceEnd(windows, time) ?? time) - time + now : now;
    const until = Math.max(ends, this.#pausedUntil.get(target.name) ?? 0);
    if (until > now) return { now, held: { by: 'maintenance', until, silent: true } };
    const waitsFor = target.dependsOn?.find((name) => this.#monitors.get(name)?.status.state !== 'normal');
    if (waitsFor !== undefined) return { now, held: { by: waitsFor, until: undefined, silent: false } };
    // The SCM's word doesn't depend on time.
    const grace = status.signals['service']?.level === 'bad' ? undefined : this.#lag.grace();
    return { now, held: grace && { ...grace, silent: true } };
  }

  #carryOut(monitor: TargetMonitor, effect: Effect): void {
    switch (effect.type) {
      case 'moved':
        // A step can change the state twice: each change is reported as it was.
        this.emit('change', { ...reportOf(monitor, this.#moment()), state: effect.to }, effect.from);
        if (effect.to === 'normal') this.#release(monitor);
        return;
      case 'wake':
        this.#wake(monitor, effect.at);
        return;
      case 'notice':
        this.#notice(monitor, effect.kind, effect.reason);
        return;
      case 'act':
        this.#file?.touch();
        this.#actions.run(monitor, effect.attempt);
    }
  }

  #wake(monitor: TargetMonitor, at: number): void {
    monitor.cancelWake?.();
    const ms = Math.min(Math.max(0, at - this.#clock.now()), MAX_WAKE_MS);
    monitor.cancelWake = this.#timers.setTimeout(() => {
      this.#apply(monitor, { type: 'tick' });
    }, ms);
  }

  /** Decides again on the targets that waited for it. */
  #release({ target }: TargetMonitor): void {
    for (const dependent of this.#dependents.get(target.name) ?? []) {
      if (dependent.status.heldBy !== undefined) this.#apply(dependent, { type: 'tick' });
    }
  }

  #notice(monitor: TargetMonitor, kind: NoticeKind, reason: string): void {
    const action = actionFor(monitor.actions, Math.max(1, monitor.status.streak));
    const doing = action ? `${this.#options.dryRun ? 'dry run: ' : ''}${actionName(action)}` : '';
    const notice = createNotice(this.#moment().timeOfDay, monitor.target.name, kind, reason, doing);
    this.emit('notice', notice);
    this.#notifiers.add(notice);
  }

  #createActionRunner(): ActionRunner {
    const { dryRun = false, actionsAtOnce = 4 } = this.#options;
    return new ActionRunner({
      dryRun,
      atOnce: actionsAtOnce,
      clock: this.#timers,
      stopped: this.#stopped.signal,
      record: (monitor) => this.#record(monitor),
      began: (event) => this.emit('action', event),
      ended: (monitor, event, error, hopeless) => {
        this.emit('actionEnd', event, error);
        this.#apply(monitor, { type: 'acted', error: error?.message, hopeless });
        this.#file?.touch();
        if (this.#life === 'running') for (const { name } of monitor.checks) this.#health.hurry(name);
      },
      skipped: (monitor) => {
        this.#apply(monitor, { type: 'acted', error: undefined });
        this.#file?.touch();
      },
    });
  }

  /** Writes the count of an action to disk. When that fails the action is taken all the same, and a notice says so. */
  async #record(monitor: TargetMonitor): Promise<void> {
    if (!this.#file) return;
    this.#unwritten = undefined;
    await this.#file.flush();
    const failure = this.#unwritten as Error | undefined;
    if (failure && !this.#toldUnwritten) this.#notice(monitor, 'notRecorded', cleanText(failure.message));
    this.#toldUnwritten = failure !== undefined;
  }

  #openFile(): StateFile | undefined {
    const path = this.#options.stateFile;
    if (path === undefined) return undefined;
    return createStateFile({
      path,
      everyMs: 1_000,
      clock: this.#clock,
      state: () => {
        const targets = [...this.#monitors].map(([name, { status }]) => [name, status] as const);
        return writeState(targets, this.#notifiers.waiting(), this.#moment());
      },
      failed: (cause) => {
        this.#unwritten = new Error(`the state file ${path} cannot be read or written: ${cause.message}`, { cause });
        this.emit('error', this.#unwritten);
      },
    });
  }
}

/** Reasons come from elsewhere, log lines among them. */
function clean(event: WatchEvent): WatchEvent {
  if (event.type === 'signal') {
    return { ...event, signal: { ...event.signal, reason: cleanText(event.signal.reason) } };
  }
  return event.type === 'acted' && event.error !== undefined ? { ...event, error: cleanText(event.error) } : event;
}

/**
 * Creates a watchdog over services and anything else that can fail. It acts on failures with patience and within
 * limits. Nothing happens until `start`.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const watchdog = createWatchdog({
 *   targets: [{ name: 'Orders', service: scm.service('Orders'), checks: [http('http://127.0.0.1:3000/ping')] }],
 *   notify: [eventLogNotifier(log), webhookNotifier({ url, format: 'slack' })],
 *   stateFile: 'C:\\ProgramData\\Watchdog\\state.json',
 * });
 * await watchdog.start();
 */
export function createWatchdog(options: WatchdogOptions): Watchdog {
  checkWatchdogOptions(options);
  return new Watchdog(options);
}
