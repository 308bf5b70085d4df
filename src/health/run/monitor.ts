import type { Clock } from '../../util/clock.ts';
import { type Check, type CheckResult, fail } from '../check.ts';
import type { CheckSettings } from '../check-options.ts';
import { runCheck } from './run-check.ts';
import type { Semaphore } from '../../util/semaphore.ts';
import { type HealthStatus, initialStatus, nextDelayMs, stepHealth } from './step.ts';

/** The last result of a check. */
export interface LastResult extends CheckResult {
  /** Time of the end of the run, in milliseconds since the epoch. */
  readonly at: number;
  /** Duration of the run, in milliseconds. */
  readonly latencyMs: number;
}

export interface MonitorHost {
  readonly clock: Clock;
  readonly slots: Semaphore;
  readonly random: () => number;
  readonly jitter: number;
  readonly slowAfterMs: number;
  readonly stopped: () => AbortSignal;
  /** The first dependency that isn't healthy. */
  blockedBy(monitor: Monitor): string | undefined;
  finished(monitor: Monitor, before: HealthStatus): void;
}

/** One check and its schedule. It never runs twice at once. */
export class Monitor {
  readonly check: Check;
  readonly settings: CheckSettings;
  status: HealthStatus;
  last: LastResult | undefined;
  /** Reason why it doesn't run at the moment. */
  blockedBy: string | undefined;
  /** It was healthy at least once. */
  everHealthy = false;
  readonly #host: MonitorHost;
  #cancel: (() => void) | undefined;
  #leaveQueue: (() => void) | undefined;
  #active = false;
  /** Goes up with every stop. */
  #epoch = 0;
  /** When the run began that has not ended: it may go on past its timeout. */
  #unendedSince: number | undefined;

  constructor(check: Check, settings: CheckSettings, host: MonitorHost) {
    this.check = check;
    this.settings = settings;
    this.#host = host;
    this.status = initialStatus(host.clock.now());
  }

  start(): void {
    this.#active = true;
    this.check.start?.();
    // The first runs are spread too, over a tenth of the interval: everybody waits for them.
    this.#schedule(this.#host.random() * this.#host.jitter * Math.min(this.settings.intervalMs, 10_000));
  }

  stop(): void {
    this.#active = false;
    this.#epoch += 1;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#leaveQueue?.();
    this.check.stop?.();
  }

  /** Runs it now instead of at its time. */
  hurry(): void {
    if (this.#cancel) this.#schedule(0);
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#host.clock.setTimeout(() => {
      this.#due();
    }, ms);
  }

  #due(): void {
    const began = this.#host.clock.now();
    this.#cancel = undefined;
    this.blockedBy = this.#host.blockedBy(this);
    if (this.blockedBy !== undefined) {
      this.#next(began);
    } else if (this.#unendedSince !== undefined) {
      this.#done({ ...fail('the run before has not ended yet'), at: began, latencyMs: began - this.#unendedSince });
      this.#next(began);
    } else {
      this.#leaveQueue = this.#host.slots.take((release) => void this.#run(began, release));
    }
  }

  async #run(due: number, release: () => void): Promise<void> {
    const { clock, slowAfterMs, stopped } = this.#host;
    const began = clock.now();
    const epoch = this.#epoch;
    // A slow check gives its place to others: however many are slow, the quick ones keep their time.
    const cancelSlow = clock.setTimeout(release, slowAfterMs);
    const { result, settled } = runCheck(this.check, this.settings.timeoutMs, clock, stopped());
    this.#unendedSince = began;
    void settled.then(() => {
      this.#unendedSince = undefined;
    });
    const outcome = await result;
    cancelSlow();
    release();
    // Stopped meanwhile, and perhaps started again.
    if (epoch !== this.#epoch) return;
    this.#done({ ...outcome, at: clock.now(), latencyMs: clock.now() - began });
    this.#next(due);
  }

  #done(result: LastResult): void {
    const before = this.status;
    this.last = result;
    this.status = stepHealth(before, result.verdict, result.at, this.settings.limits, result.certain);
    if (this.status.state === 'healthy') this.everHealthy = true;
    this.#host.finished(this, before);
  }

  /** From due time to due time, so that slow answers don't stretch the interval; never in the past. */
  #next(due: number): void {
    if (!this.#active) return;
    const { clock, jitter, random } = this.#host;
    const delay = nextDelayMs(this.status, this.settings.intervalMs, this.settings.limits);
    const spread = delay < this.settings.intervalMs ? 0 : (random() - 0.5) * jitter * delay;
    this.#schedule(Math.max(delay / 10, due + delay + spread - clock.now()));
  }
}
