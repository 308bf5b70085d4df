import type { Clock } from '../../util/clock.ts';
import { createSlots, type Semaphore } from '../../util/semaphore.ts';
import { toError } from '../../util/to-error.ts';
import { actionFor, actionName, perform } from './actions.ts';
import { reasonOf, worstLevel } from '../decision/step.ts';
import type { TargetMonitor } from '../target-monitor.ts';

/** Something that the watchdog does, or in a dry run would do. */
export interface ActionEvent {
  readonly target: string;
  /** `'restart'`, `'run cleanup.cmd'`, … */
  readonly action: string;
  /** 1 for the first in a row. */
  readonly attempt: number;
  readonly reason: string;
  readonly dryRun: boolean;
}

/** What the watchdog gives along, and is told. */
export interface ActionRunnerOptions {
  readonly dryRun: boolean;
  /** Actions that may be under way at once. */
  readonly atOnce: number;
  readonly clock: Clock;
  /** Gives up what is under way, and begins nothing more. */
  readonly stopped: AbortSignal;
  /** Writes down that the action is counted. */
  remember(): Promise<void> | undefined;
  began(event: ActionEvent): void;
  ended(watched: TargetMonitor, event: ActionEvent, error: Error | undefined): void;
  /** There is nothing to do any more. */
  skipped(watched: TargetMonitor): void;
}

/** Does what was decided: a bounded number of actions at once, each after its count was written down. */
export class ActionRunner {
  readonly #options: ActionRunnerOptions;
  readonly #slots: Semaphore;

  constructor(options: ActionRunnerOptions) {
    this.#options = options;
    this.#slots = createSlots(options.atOnce);
  }

  /** Begins the action now, or when there is room. */
  run(watched: TargetMonitor, attempt: number): void {
    this.#slots.take((release) => void this.#act(watched, attempt).finally(release));
  }

  async #act(watched: TargetMonitor, attempt: number): Promise<void> {
    const { dryRun, clock, stopped } = this.#options;
    const { target } = watched;
    const action = actionFor(watched.actions, attempt);
    // It may have healed, or been stopped, while others were acted on.
    if (!action || stopped.aborted || worstLevel(watched.status) !== 'bad') {
      this.#options.skipped(watched);
      return;
    }
    const reason = reasonOf(watched.status);
    const event: ActionEvent = { target: target.name, action: actionName(action), attempt, reason, dryRun };
    let error: Error | undefined;
    try {
      // First the count, then the deed: a watchdog that dies over it must not forget it.
      await this.#options.remember();
      this.#options.began(event);
      if (!dryRun) {
        const context = { target: target.name, attempt, reason };
        await perform(action, target.service, context, watched.actionTimeoutMs, clock, stopped);
      }
    } catch (thrown) {
      error = toError(thrown);
    }
    watched.reset();
    this.#options.ended(watched, event, error);
  }
}
