import type { Clock } from '../../util/clock.ts';
import { createSlots, type Semaphore } from '../../util/semaphore.ts';
import { toError } from '../../util/to-error.ts';
import { reasonOf, worstLevel } from '../decision/watch-status.ts';
import type { TargetMonitor } from '../target-monitor.ts';
import { actionFor, actionName } from './actions.ts';
import { type ActionLimits, isPermanent, perform, runningDependents, startDependents } from './perform.ts';

/** Action that the watchdog takes or, in a dry run, would take. */
export interface ActionEvent {
  /** Name of the target. */
  readonly target: string;
  /** Name of the action: `'restart'`, `'run cleanup.cmd'`, … */
  readonly action: string;
  /** 1 for the first action in a row. */
  readonly attempt: number;
  /** Failures, source by source. */
  readonly reason: string;
  /** Dry run: nothing is done. */
  readonly dryRun: boolean;
}

/** Settings and events of an {@link ActionRunner}. */
export interface ActionRunnerOptions {
  readonly dryRun: boolean;
  /** Most actions at a time. */
  readonly atOnce: number;
  readonly clock: Clock;
  /** Aborts running actions, and starts no more. */
  readonly stopped: AbortSignal;
  /** Writes to disk that the action counts. */
  record(monitor: TargetMonitor): Promise<void>;
  began(event: ActionEvent): void;
  /** `hopeless`: another attempt would fail in the same way. */
  ended(monitor: TargetMonitor, event: ActionEvent, error: Error | undefined, hopeless: boolean): void;
  /** All actions have ended. */
  skipped(monitor: TargetMonitor): void;
  /** Services that an unfinished action stopped could not be started again. */
  dependentsFailed(monitor: TargetMonitor, error: Error): void;
}

/** Takes the actions that were decided on: a bounded number at a time, each after its count is on disk. */
export class ActionRunner {
  readonly #options: ActionRunnerOptions;
  readonly #slots: Semaphore;

  constructor(options: ActionRunnerOptions) {
    this.#options = options;
    this.#slots = createSlots(options.atOnce);
  }

  /** Begins the action now, or when there is room. */
  run(monitor: TargetMonitor, attempt: number): void {
    this.#slots.take((release) => void this.#act(monitor, attempt).finally(release));
  }

  async #act(monitor: TargetMonitor, attempt: number): Promise<void> {
    const { dryRun, stopped } = this.#options;
    const { target } = monitor;
    const action = actionFor(monitor.actions, attempt);
    // It may have recovered, or been stopped, during the actions on others.
    if (!action || stopped.aborted || worstLevel(monitor.status) !== 'bad') {
      this.#options.skipped(monitor);
      return;
    }
    const reason = reasonOf(monitor.status);
    const event: ActionEvent = { target: target.name, action: actionName(action), attempt, reason, dryRun };
    let error: Error | undefined;
    let hopeless = false;
    try {
      if (!dryRun && action === 'restart') await this.#rememberDependents(monitor);
      // First the count, then the action: a watchdog that is ended by the action must not forget it.
      await this.#options.record(monitor);
      this.#options.began(event);
      if (!dryRun) {
        const context = { target: target.name, attempt, reason };
        await perform(action, target.service, context, monitor.status.dependents, this.#limits(monitor));
      }
    } catch (thrown) {
      error = toError(thrown);
      hopeless = isPermanent(thrown);
    }
    monitor.reset();
    this.#options.ended(monitor, event, error, hopeless);
  }

  /** Starts the services that an unfinished action stopped. */
  async startDependents(monitor: TargetMonitor, names: readonly string[]): Promise<void> {
    const { service } = monitor.target;
    if (!service || this.#options.dryRun) return;
    try {
      await startDependents(service, names, this.#limits(monitor));
    } catch (thrown) {
      this.#options.dependentsFailed(monitor, toError(thrown));
    }
  }

  /** Adds the services that the restart is about to stop to those that an earlier one has stopped. */
  async #rememberDependents(monitor: TargetMonitor): Promise<void> {
    const { service } = monitor.target;
    if (!service?.dependents) return;
    const running = await runningDependents(service, this.#limits(monitor));
    const dependents = [...new Set([...monitor.status.dependents, ...running])];
    monitor.status = { ...monitor.status, dependents };
  }

  #limits({ actionTimeoutMs: timeoutMs }: TargetMonitor): ActionLimits {
    const { clock, stopped } = this.#options;
    return { timeoutMs, clock, stopped };
  }
}
