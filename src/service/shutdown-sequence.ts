import { ServiceError } from '../errors/service-error.ts';
import type { LogSink } from '../util/log.ts';
import type { HostProcess, Termination } from '../host/process.ts';
import type { Clock } from '../util/clock.ts';
import { toError } from '../util/to-error.ts';
import { callHandler } from './call-handler.ts';
import type { StopContext, StopReason } from './context.ts';
import type { Deadline } from './deadline.ts';
import { failureOf, handlerFailure } from './failure.ts';
import type { FailureRecord } from './failure-record.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';
import {
  describeShutdown,
  hookStep,
  type ShutdownRecord,
  type ShutdownStep,
  stepsOf,
  whole,
} from './shutdown-record.ts';

const LISTENERS_LATE =
  'The SIGTERM listeners of the app were not done in the time for the stop. Let them call process.exit(), or return a promise.';

/** What the end of a service needs of its life. */
export interface EndingOptions {
  readonly reason: StopReason;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly process: HostProcess;
  readonly log: LogSink;
  /** Quiet: the log is told only when something was not done. */
  readonly quiet: boolean;
  readonly hooks: ShutdownHooks;
  readonly failures: FailureRecord;
  /** The start, pause or resume that is under way, undefined when none is. */
  transition(): Promise<void> | undefined;
  /** The stop handler, when `start` has resolved. */
  stopHandler(): ((ctx: StopContext) => unknown) | undefined;
  contextFor(deadline: Deadline): StopContext;
  /** Whether the app's own listeners of SIGTERM are called. */
  readonly signals: boolean;
}

/** The one way out: what is under way, `stop`, the hooks, the app's listeners of SIGTERM. STOPPED comes after it. */
export class ShutdownSequence {
  readonly #options: EndingOptions;
  readonly #began: number;
  readonly #budgetMs: number;
  #left: 'all' | 'hooks' | 'nothing' = 'all';
  #stop: ShutdownStep | undefined;
  #signal: ShutdownRecord['signal'];
  #logged = false;

  constructor(options: EndingOptions) {
    this.#options = options;
    this.#began = options.clock.now();
    this.#budgetMs = options.deadline.leftMs;
  }

  get reason(): StopReason {
    return this.#options.reason;
  }

  /** Whether the app may end the process by itself and nothing of the stop is lost. */
  get nothingLeft(): boolean {
    const { transition, stopHandler, hooks, failures } = this.#options;
    if (failures.first) return false;
    if (this.#left === 'nothing') return true;
    return this.#left === 'all' && !transition() && !stopHandler() && hooks.waiting.length === 0;
  }

  async run(): Promise<void> {
    const { reason, deadline, hooks, failures, contextFor } = this.#options;
    if (reason !== 'failure') await this.#waitForTransition();
    await this.#runStop();
    this.#left = 'hooks';
    for (const { error } of await hooks.run(deadline, contextFor))
      if (error) failures.note(failureOf(error, undefined));
    this.#left = 'nothing';
    if (reason !== 'failure') await this.#terminateApp();
    deadline.clear();
    this.log();
  }

  record(): ShutdownRecord {
    const { clock, hooks, reason } = this.#options;
    return {
      reason,
      ms: whole(clock.now() - this.#began),
      budgetMs: whole(this.#budgetMs),
      ...(this.#stop && { stop: this.#stop }),
      hooks: hooks.results.map(hookStep),
      ...(this.#signal && { signal: this.#signal }),
    };
  }

  /** Writes the record, once, when there is anything in it. */
  log(): void {
    const record = this.record();
    const steps = stepsOf(record);
    const worthIt = this.#options.quiet ? steps.some(({ outcome }) => outcome !== 'done') : steps.length > 0;
    if (!this.#logged && worthIt) this.#options.log.write('info', describeShutdown(record), { shutdown: record });
    this.#logged = true;
  }

  /** A start or pause that is under way gets the stop's time to finish, unless it is what failed. */
  async #waitForTransition(): Promise<void> {
    const { deadline, transition, failures } = this.#options;
    const late = (): Error =>
      new ServiceError(
        'HANDLER_TIMEOUT',
        'The handler that was under way did not end in the time for the stop. Let it watch ctx.signal.',
      );
    try {
      await deadline.race(() => transition(), late);
    } catch (error) {
      failures.note(failureOf(error, undefined));
    }
  }

  async #runStop(): Promise<void> {
    const { clock, deadline, stopHandler, contextFor, failures } = this.#options;
    const stop = stopHandler();
    if (!stop) return;
    const advice = 'Raise timeouts.stop, or call ctx.requestTime().';
    this.#stop = await this.#timed(
      async () => {
        await callHandler(clock, 'stop', deadline, () => stop(contextFor(deadline)), advice);
        return 'done';
      },
      (thrown) => {
        failures.note(handlerFailure('stop', thrown));
      },
    );
  }

  /** Last, because the app may end the process in it: everything else is done by then. */
  async #terminateApp(): Promise<void> {
    const { process, signals, failures } = this.#options;
    if (!signals || process.gone) return;
    const found = process.appListeners?.();
    if (!found) return;
    // On record also when one of them ends the process.
    this.#signal = { listeners: found.count, ms: 0, outcome: 'done' };
    const step = await this.#timed(
      () => this.#untilOver(found.call()),
      (thrown) => {
        const message = `A SIGTERM listener failed: ${toError(thrown).message}`;
        failures.note(failureOf(new ServiceError('UNCAUGHT', message, { cause: thrown }), undefined));
      },
    );
    this.#signal = { listeners: found.count, ...step };
  }

  /**
   * A service with a stop handler or hooks says by them when it is done. One that has only listeners of SIGTERM is a
   * program that ends by itself: by process.exit(), or because nothing keeps its event loop alive.
   */
  async #untilOver({ returned, tells, idle }: Termination): Promise<'done' | 'timeout'> {
    const { deadline, hooks, log } = this.#options;
    const waits = !tells && !this.#stop && hooks.results.length === 0;
    const late = new Promise<'timeout'>((resolve) => {
      const end = (): void => {
        resolve('timeout');
      };
      deadline.signal.addEventListener('abort', end);
      if (deadline.passed) end();
    });
    const done = (waits ? Promise.all([returned, idle]) : returned).then(() => 'done' as const);
    const outcome = await Promise.race([done, late]);
    if (outcome === 'timeout') log.write('warn', LISTENERS_LATE);
    return outcome;
  }

  async #timed(work: () => Promise<ShutdownStep['outcome']>, failed: (thrown: unknown) => void): Promise<ShutdownStep> {
    const { clock, deadline } = this.#options;
    const began = clock.now();
    const ms = (): number => whole(clock.now() - began);
    try {
      const outcome = await work();
      return { ms: ms(), outcome };
    } catch (thrown) {
      failed(thrown);
      return { ms: ms(), outcome: deadline.passed ? 'timeout' : 'failed', error: toError(thrown).message };
    }
  }
}
