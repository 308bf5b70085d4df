import { setMaxListeners } from 'node:events';
import { EventEmitter } from 'eventemitter3';
import { ServiceError } from '../errors/service-error.ts';
import { createHealth, type Health } from '../health/index.ts';
import { type Clock, systemClock, timeOfDay } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { createStateFile, type StateFile } from '../util/state-file.ts';
import { createTimerQueue, type TimerQueue } from '../util/timer-queue.ts';
import { type ActionEvent, ActionRunner } from './actions/action-runner.ts';
import { actionFor, actionName } from './actions/actions.ts';
import { maintenanceEnd } from './decision/maintenance.ts';
import { readMemory, writeMemory } from './watchdog-state-store.ts';
import { createNotice, type Notice } from './notify/notice.ts';
import { Notifiers } from './notify/notifiers.ts';
import { reportOf, type TargetReport } from './report.ts';
import type { WatchdogState } from './decision/states.ts';
import { type Effect, initialWatch, stepWatch, type Surroundings, type WatchEvent } from './decision/step.ts';
import { createWatched, signalOfCheck, type TargetMonitor } from './target-monitor.ts';
import { checkWatchdogOptions, type WatchdogOptions } from './watchdog-options.ts';

/** What a {@link Watchdog} tells of. */
export interface WatchdogEvents {
  change: (target: TargetReport, before: WatchdogState) => void;
  action: (action: ActionEvent) => void;
  /** An action ended; `error` says why it failed, if it did. */
  actionEnd: (action: ActionEvent, error: Error | undefined) => void;
  notice: (notice: Notice) => void;
  /** A notifier failed, or the state file could not be read or written. The watchdog goes on. */
  error: (error: Error) => void;
}

/** Watches targets and acts on those that fail. Made by `createWatchdog`. */
export class Watchdog extends EventEmitter<WatchdogEvents> {
  readonly #options: WatchdogOptions;
  readonly #clock: Clock;
  readonly #timers: TimerQueue;
  readonly #watched = new Map<string, TargetMonitor>();
  readonly #dependents = new Map<string, TargetMonitor[]>();
  readonly #byCheck = new Map<string, { watched: TargetMonitor; source: string }>();
  readonly #pausedUntil = new Map<string, number>();
  readonly #health: Health;
  readonly #notifiers: Notifiers;
  readonly #actions: ActionRunner;
  readonly #file: StateFile | undefined;
  readonly #stopped = new AbortController();
  #life: 'new' | 'running' | 'closed' = 'new';

  /** @internal */
  constructor(options: WatchdogOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timers = createTimerQueue(this.#clock);
    setMaxListeners(0, this.#stopped.signal);
    for (const target of options.targets) this.#addTarget(target);
    this.#health = createHealth({
      checks: [...this.#watched.values()].flatMap(({ checks }) => checks),
      thresholds: { failures: 3, confirm: 2, successes: 2, ...options.thresholds },
      concurrency: options.concurrency ?? 50,
      clock: this.#clock,
      ...(options.random && { random: options.random }),
    });
    this.#health.on('checkChange', (report) => {
      const known = this.#byCheck.get(report.name);
      if (known) this.#apply(known.watched, { type: 'signal', source: known.source, signal: signalOfCheck(report) });
    });
    this.#notifiers = new Notifiers(options, this.#timers, (error) => this.emit('error', error));
    this.#actions = this.#createActionRunner();
    this.#file = this.#openFile();
  }

  #addTarget(target: WatchdogOptions['targets'][number]): void {
    const watched = createWatched(target, this.#options, this.#clock, this.#now(), (source, signal) => {
      if (signal.level === 'good' && !(source in watched.status.signals)) return;
      this.#apply(watched, { type: 'signal', source, signal });
    });
    this.#watched.set(target.name, watched);
    for (const { name } of watched.checks) {
      this.#byCheck.set(name, { watched, source: name.slice(target.name.length + 2) + ' check' });
    }
    for (const name of target.dependsOn ?? []) {
      this.#dependents.set(name, [...(this.#dependents.get(name) ?? []), watched]);
    }
  }

  /** Reads what it knew before, and begins to watch. @throws ServiceError CLOSED after a close */
  async start(): Promise<void> {
    if (this.#life === 'closed') throw new ServiceError('CLOSED', 'The watchdog was closed: it cannot start again.');
    if (this.#life === 'running') return;
    this.#life = 'running';
    const memory = readMemory(await this.#file?.load());
    for (const watched of this.#watched.values()) {
      watched.status = initialWatch(this.#now(), memory.get(watched.target.name));
    }
    // It may have been closed meanwhile.
    if (!this.#stopped.signal.aborted) this.#health.start();
  }

  /** Ends the watch, gives up the actions under way, tells what is left to tell, and writes its state. */
  async close(): Promise<void> {
    if (this.#life === 'closed') return;
    this.#life = 'closed';
    this.#stopped.abort(new DOMException('the watchdog was closed', 'AbortError'));
    this.#timers.clear();
    await this.#health[Symbol.asyncDispose]();
    await this.#notifiers.close();
    await this.#file?.flush();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What is known of one target. */
  target(name: string): TargetReport | undefined {
    const watched = this.#watched.get(name);
    return watched && reportOf(watched, this.#now());
  }

  report(): TargetReport[] {
    return [...this.#watched.values()].map((watched) => reportOf(watched, this.#now()));
  }

  /** The checks behind it: for `healthServer` and `healthMetrics`. */
  get health(): Health {
    return this.#health;
  }

  /** Leaves a target alone for a time: nothing is done, and nobody is told. 0 ends it. */
  pause(name: string, time: Duration): void {
    const watched = this.#watched.get(name);
    if (!watched) throw new ServiceError('INVALID_OPTIONS', `watchdog.pause: there is no target "${name}".`);
    this.#pausedUntil.set(name, this.#now() + toMs(time, 'the time of the pause'));
    this.#apply(watched, { type: 'tick' });
  }

  #now(): number {
    return timeOfDay(this.#clock);
  }

  #apply(watched: TargetMonitor, event: WatchEvent): void {
    if (this.#life !== 'running') return;
    const { status, effects } = stepWatch(watched.status, event, this.#surroundings(watched), watched.limits);
    watched.status = status;
    for (const effect of effects) this.#carryOut(watched, effect);
  }

  #surroundings({ target }: TargetMonitor): Surroundings {
    const now = this.#now();
    const windows = [...(this.#options.maintenance ?? []), ...(target.maintenance ?? [])];
    const paused = this.#pausedUntil.get(target.name) ?? 0;
    const until = Math.max(windows.length > 0 ? (maintenanceEnd(windows, now) ?? 0) : 0, paused);
    if (until > now) return { now, held: { by: 'maintenance', until, silent: true } };
    const waitsFor = target.dependsOn?.find((name) => this.#watched.get(name)?.status.state !== 'normal');
    return { now, held: waitsFor === undefined ? undefined : { by: waitsFor, until: undefined, silent: false } };
  }

  #carryOut(watched: TargetMonitor, effect: Effect): void {
    switch (effect.type) {
      case 'moved':
        // A step can have two moves: each is told of as it was.
        this.emit('change', { ...reportOf(watched, this.#now()), state: effect.to }, effect.from);
        if (effect.to === 'normal') this.#release(watched);
        return;
      case 'wake':
        watched.cancelWake?.();
        watched.cancelWake = this.#timers.setTimeout(
          () => {
            this.#apply(watched, { type: 'tick' });
          },
          Math.max(0, effect.at - this.#now()),
        );
        return;
      case 'notice':
        this.#notice(watched, effect);
        return;
      case 'act':
        this.#file?.touch();
        this.#actions.run(watched, effect.attempt);
    }
  }

  /** Those who waited for it may be acted on now. */
  #release({ target }: TargetMonitor): void {
    for (const dependent of this.#dependents.get(target.name) ?? []) {
      if (dependent.status.heldBy !== undefined) this.#apply(dependent, { type: 'tick' });
    }
  }

  #notice(watched: TargetMonitor, { kind, reason }: Extract<Effect, { type: 'notice' }>): void {
    const action = actionFor(watched.actions, Math.max(1, watched.status.streak));
    const doing = action ? `${this.#options.dryRun ? 'dry run: ' : ''}${actionName(action)}` : '';
    const notice = createNotice(this.#now(), watched.target.name, kind, reason, doing);
    this.emit('notice', notice);
    this.#notifiers.tell(notice);
  }

  #createActionRunner(): ActionRunner {
    const { dryRun = false, actionsAtOnce = 4 } = this.#options;
    return new ActionRunner({
      dryRun,
      atOnce: actionsAtOnce,
      clock: this.#timers,
      stopped: this.#stopped.signal,
      remember: () => this.#file?.flush(),
      began: (event) => this.emit('action', event),
      ended: (watched, event, error) => {
        this.emit('actionEnd', event, error);
        this.#apply(watched, { type: 'acted', error: error?.message });
        if (this.#life === 'running') for (const { name } of watched.checks) this.#health.hurry(name);
      },
      skipped: (watched) => {
        this.#apply(watched, { type: 'acted', error: undefined });
      },
    });
  }

  #openFile(): StateFile | undefined {
    const path = this.#options.stateFile;
    if (path === undefined) return undefined;
    return createStateFile({
      path,
      everyMs: 1_000,
      clock: this.#clock,
      state: () => writeMemory([...this.#watched].map(([name, { status }]) => [name, status] as const)),
      failed: (error) => this.emit('error', error),
    });
  }
}

/**
 * Watches services and whatever else can fail, and acts on what does: with patience, within limits, and never in a
 * storm. Nothing happens until `start`.
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
