import { setMaxListeners } from 'node:events';
import { EventEmitter } from 'eventemitter3';
import { ServiceError } from '../errors/service-error.ts';
import { type CheckReport, createHealth, type Health } from '../health/index.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { createTimerGroup, type TimerGroup } from '../util/timer-group.ts';
import { ActionRunner } from './actions/action-runner.ts';
import { actionFor, actionName } from './actions/actions.ts';
import { cleanText } from './decision/clean-text.ts';
import { initialWatch, type NoticeKind, type WatchEvent } from './decision/watch-status.ts';
import { LoopLag } from './loop-lag.ts';
import { createNotice } from './notify/notice.ts';
import { Notifiers } from './notify/notifiers.ts';
import { reportOf, type TargetReport } from './report.ts';
import { StateKeeper } from './state-keeper.ts';
import { TargetDecisions } from './target-decisions.ts';
import { createTargetMonitor, signalOfCheck, type TargetMonitor } from './target-monitor.ts';
import type { WatchdogEvents } from './watchdog-events.ts';
import type { WatchdogOptions } from './watchdog-options.ts';
import { readState, writeState } from './watchdog-state-store.ts';

/** Watches targets and acts on those that fail. Create it with `createWatchdog`. */
export class Watchdog extends EventEmitter<WatchdogEvents> {
  readonly #options: WatchdogOptions;
  readonly #clock: Clock;
  readonly #timers: TimerGroup;
  readonly #byCheck = new Map<string, { readonly monitor: TargetMonitor; readonly check: string }>();
  readonly #decisions: TargetDecisions;
  readonly #health: Health;
  readonly #lag: LoopLag;
  readonly #notifiers: Notifiers;
  readonly #actions: ActionRunner;
  readonly #state: StateKeeper;
  readonly #stopped = new AbortController();
  #life: 'new' | 'running' | 'closed' = 'new';

  /** @internal */
  constructor(options: WatchdogOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timers = createTimerGroup(this.#clock);
    this.#lag = new LoopLag(this.#timers);
    setMaxListeners(0, this.#stopped.signal);
    this.#decisions = this.#createDecisions();
    for (const target of options.targets) this.#addTarget(target);
    this.#health = this.#createHealth();
    this.#state = new StateKeeper({
      path: options.stateFile,
      clock: this.#clock,
      state: () => {
        const targets = [...this.#decisions.monitors].map(([name, { status }]) => [name, status] as const);
        return writeState(targets, this.#notifiers.waiting(), this.#decisions.moment());
      },
      failed: (error) => this.emit('error', error),
    });
    // Not the queue of timers: closing the watchdog empties it, and the last notices need theirs.
    this.#notifiers = new Notifiers(options, this.#clock, {
      changed: () => {
        this.#state.touch();
      },
      failed: (error) => this.emit('error', error),
    });
    this.#actions = this.#createActionRunner();
  }

  /**
   * Reads the state file, and begins to watch. Does nothing when it runs already.
   *
   * @throws ServiceError CLOSED after a close; INVALID_OPTIONS for a pattern that can't be run in a bounded time
   */
  async start(): Promise<void> {
    if (this.#life === 'closed') throw new ServiceError('CLOSED', 'The watchdog was closed: it cannot start again.');
    if (this.#life === 'running') return;
    const { monitors } = this.#decisions;
    for (const monitor of monitors.values()) await monitor.prepare();
    // It may have been closed, or started by another call, meanwhile.
    if ((this.#life as string) !== 'new') return;
    this.#life = 'running';
    const saved = await this.#state.load();
    // It may have been closed meanwhile.
    if (this.#stopped.signal.aborted) return;
    const { targets, notices } = readState(
      saved,
      this.#decisions.moment(),
      (name) => monitors.get(name)?.limits.quietMs ?? 0,
    );
    for (const [name, monitor] of monitors) monitor.status = initialWatch(this.#clock.now(), targets.get(name));
    this.#notifiers.restore(notices);
    this.#notifiers.start();
    this.#lag.start();
    this.#health.start();
  }

  /**
   * Ends the watch: aborts running actions, delivers waiting notices for at most 5 s, and writes the state file. Does
   * nothing the second time.
   */
  async close(): Promise<void> {
    if (this.#life === 'closed') return;
    this.#life = 'closed';
    this.#stopped.abort(new DOMException('the watchdog was closed', 'AbortError'));
    this.#lag.stop();
    this.#timers.clear();
    await this.#health[Symbol.asyncDispose]();
    await this.#notifiers.close();
    await this.#state.flush();
  }

  /** Same as {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Report on one target; `undefined` for a name that is not watched. */
  target(name: string): TargetReport | undefined {
    const monitor = this.#decisions.monitors.get(name);
    return monitor && reportOf(monitor, this.#decisions.moment());
  }

  /** Report on every target, in the order of the options. */
  report(): TargetReport[] {
    return [...this.#decisions.monitors.values()].map((monitor) => reportOf(monitor, this.#decisions.moment()));
  }

  /** Checks of all targets, named `TARGET: CHECK`: for `healthServer` and `healthMetrics`. */
  get health(): Health {
    return this.#health;
  }

  /**
   * Takes no action on a target for a time, and sends no notices about it. 0 ends the pause.
   *
   * @throws ServiceError INVALID_OPTIONS for an unknown target; RangeError for an invalid time
   */
  pause(name: string, time: Duration): void {
    const monitor = this.#decisions.monitors.get(name);
    if (!monitor) throw new ServiceError('INVALID_OPTIONS', `watchdog.pause: there is no target "${name}".`);
    this.#decisions.pause(monitor, toMs(time, 'the time of the pause'));
    this.#apply(monitor, { type: 'tick' });
  }

  #addTarget(target: WatchdogOptions['targets'][number]): void {
    const monitor = createTargetMonitor(target, this.#options, this.#clock, (source, signal) => {
      if (signal.level === 'good' && !(source in monitor.status.signals) && !monitor.status.unfinished) return;
      this.#apply(monitor, { type: 'signal', source, signal });
    });
    this.#decisions.add(monitor);
    for (const { name } of monitor.checks) {
      this.#byCheck.set(name, { monitor, check: name.slice(target.name.length + 2) });
    }
  }

  #createHealth(): Health {
    const { thresholds, concurrency = 50, random } = this.#options;
    const health = createHealth({
      checks: [...this.#decisions.monitors.values()].flatMap(({ checks }) => checks),
      thresholds: { failures: 3, confirm: 2, successes: 2, ...thresholds },
      concurrency,
      clock: this.#clock,
      ...(random && { random }),
    });
    health.on('checkChange', (report) => {
      this.#checkChanged(report);
    });
    return health;
  }

  #checkChanged(report: CheckReport): void {
    const known = this.#byCheck.get(report.name);
    if (!known) return;
    const { monitor, check } = known;
    // The source has reported the state itself: only a failed query is a signal here.
    const reported = monitor.reporting.has(check) && check in monitor.status.signals;
    const signal = reported ? ({ level: 'good', reason: '' } as const) : signalOfCheck(report);
    this.#apply(monitor, { type: 'signal', source: `${check} check`, signal });
  }

  #apply(monitor: TargetMonitor, event: WatchEvent): void {
    if (this.#life === 'running') this.#decisions.apply(monitor, event);
  }

  #createDecisions(): TargetDecisions {
    return new TargetDecisions(this.#options, this.#clock, this.#timers, this.#lag, {
      changed: (monitor, state, before) => {
        // A step can change the state twice: each change is reported as it was.
        this.emit('change', { ...reportOf(monitor, this.#decisions.moment()), state }, before);
      },
      notice: (monitor, kind, reason) => {
        this.#notice(monitor, kind, reason);
      },
      act: (monitor, attempt) => {
        this.#state.touch();
        this.#actions.run(monitor, attempt);
      },
      startDependents: (monitor, names) => {
        this.#state.touch();
        void this.#actions.startDependents(monitor, names);
      },
    });
  }

  #notice(monitor: TargetMonitor, kind: NoticeKind, reason: string): void {
    const action = actionFor(monitor.actions, Math.max(1, monitor.status.streak));
    const doing = action ? `${this.#options.dryRun ? 'dry run: ' : ''}${actionName(action)}` : '';
    const notice = createNotice(this.#decisions.moment().timeOfDay, monitor.target.name, kind, reason, doing);
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
      // When the write fails, the action is taken anyway, and a notice is sent.
      record: async (monitor) => {
        const failure = await this.#state.record();
        if (failure) this.#notice(monitor, 'notRecorded', cleanText(failure.message));
      },
      began: (event) => this.emit('action', event),
      ended: (monitor, event, error, hopeless) => {
        this.emit('actionEnd', event, error);
        this.#apply(monitor, { type: 'acted', error: error?.message, hopeless });
        this.#state.touch();
        if (this.#life === 'running') for (const { name } of monitor.checks) this.#health.hurry(name);
      },
      skipped: (monitor) => {
        this.#apply(monitor, { type: 'acted', error: undefined });
        this.#state.touch();
      },
      dependentsFailed: (monitor, { message }) => {
        if (this.#life !== 'running') return;
        const reason = `services that depend on it, which a restart stopped, could not be started: ${message}`;
        this.#notice(monitor, 'actionFailed', cleanText(reason));
      },
    });
  }
}
