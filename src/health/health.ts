import { setMaxListeners } from 'node:events';
import { EventEmitter } from 'eventemitter3';
import { ServiceError } from '../errors/service-error.ts';
import type { ServiceContext } from '../service/context/context.ts';
import { systemClock } from '../util/clock.ts';
import { toMs } from '../util/duration.ts';
import { createTimerGroup, type TimerGroup } from '../util/timer-group.ts';
import { attachHealth, type AttachOptions } from './attach.ts';
import type { Probe } from './check.ts';
import { checkSettings } from './check-options.ts';
import { checkHealthOptions, type HealthOptions } from './health-options.ts';
import { type LastResult, Monitor, type MonitorHost } from './run/monitor.ts';
import { answers, type CheckReport, type HealthReport, overall, reportOf } from './report.ts';
import { createSlots } from '../util/semaphore.ts';
import type { HealthState } from './states.ts';
import type { HealthStatus } from './run/step.ts';

/** Events of a {@link Health}. */
export interface HealthEvents {
  /** The state of the whole changed. */
  change: (state: HealthState, before: HealthState) => void;
  /** The state of one check changed. */
  checkChange: (check: CheckReport, before: HealthState) => void;
  /** A check has run. */
  result: (name: string, result: LastResult) => void;
}

/** Runs checks and keeps their states. Create it with `createHealth`. */
export class Health extends EventEmitter<HealthEvents> {
  readonly #monitors = new Map<string, Monitor>();
  readonly #timers: TimerGroup;
  #stopped = new AbortController();
  #running = false;
  #disposed = false;
  #state: HealthState = 'starting';

  /** @internal */
  constructor(options: HealthOptions) {
    super();
    this.#timers = createTimerGroup(options.clock ?? systemClock);
    const host: MonitorHost = {
      clock: this.#timers,
      slots: createSlots(options.concurrency ?? 50),
      random: options.random ?? Math.random,
      jitter: options.jitter ?? 0.1,
      slowAfterMs: toMs(options.slowAfter ?? '1s'),
      stopped: () => this.#stopped.signal,
      blockedBy: (monitor) =>
        monitor.settings.dependsOn.find((name) => this.#monitors.get(name)?.status.state !== 'healthy'),
      finished: (monitor, before) => {
        this.#finished(monitor, before);
      },
    };
    for (const check of options.checks) {
      this.#monitors.set(check.name, new Monitor(check, checkSettings(check.options, options.thresholds), host));
    }
    this.#state = overall(this.#monitors.values());
  }

  /** The worst critical check; a check that isn't critical makes it suspect at most. */
  get state(): HealthState {
    return this.#state;
  }

  /** Returns whether `/livez`, `/readyz` or `/startupz` answers with success. */
  is(probe: Probe): boolean {
    return answers(probe, this.#monitors.values());
  }
  /** Returns the state of the whole and of each check. */

  report(): HealthReport {
    return {
      state: this.#state,
      at: new Date(this.#timers.now()),
      live: this.is('live'),
      ready: this.is('ready'),
      started: this.is('startup'),
      checks: [...this.#monitors.values()].map(reportOf),
    };
  }

  /** Returns the state and the last result of one check. */
  check(name: string): CheckReport | undefined {
    const monitor = this.#monitors.get(name);
    return monitor && reportOf(monitor);
  }

  /** Begins to run the checks. Does nothing when they run already. @throws ServiceError CLOSED after it was disposed of */
  start(): void {
    if (this.#disposed) throw new ServiceError('CLOSED', 'This health was disposed of: it cannot start again.');
    if (this.#running) return;
    this.#running = true;
    this.#stopped = new AbortController();
    // Every check under way listens.
    setMaxListeners(0, this.#stopped.signal);
    for (const monitor of this.#monitors.values()) monitor.start();
  }

  /** Stops the checks, also those under way. The last results stay readable. */
  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    for (const monitor of this.#monitors.values()) monitor.stop();
    this.#stopped.abort(new DOMException('health was stopped', 'AbortError'));
    this.#timers.clear();
  }

  /** Runs one check now instead of at its time, unless it runs already. */
  hurry(name: string): void {
    this.#monitors.get(name)?.hurry();
  }

  /** Starts and stops it with a service; see {@link AttachOptions}. Call it in `start` and await it. */
  attach(ctx: ServiceContext, options: AttachOptions = {}): Promise<void> {
    return attachHealth(this, ctx, options);
  }

  #finished(monitor: Monitor, before: HealthStatus): void {
    const { state } = monitor.status;
    if (monitor.last) this.emit('result', monitor.check.name, monitor.last);
    if (state === before.state) return;
    // Checks that waited for this one run at once.
    if (state === 'healthy') {
      for (const other of this.#monitors.values()) if (other.blockedBy === monitor.check.name) other.hurry();
    }
    const whole = this.#state;
    this.#state = overall(this.#monitors.values());
    this.emit('checkChange', reportOf(monitor), before.state);
    if (this.#state !== whole) this.emit('change', this.#state, whole);
  }

  /** Stops it for good. */
  [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.#disposed = true;
    this.removeAllListeners();
    return Promise.resolve();
  }
}

/**
 * Creates a health: runs checks, each in its own interval, and derives the state of the whole.
 *
 * @throws ServiceError INVALID_OPTIONS
 * @example
 * const health = createHealth({
 *   checks: [httpCheck('http://127.0.0.1:3000/ping'), tcpCheck({ port: 5432, name: 'db' }), memoryCheck(), eventLoopCheck()],
 * });
 * health.start();
 */
export function createHealth(options: HealthOptions): Health {
  checkHealthOptions(options);
  return new Health(options);
}
