import { ServiceError } from '../../errors/service-error.ts';
import type { HostProcess } from '../../host/process.ts';
import type { Clock } from '../../util/clock.ts';
import type { LogSink } from '../../util/log.ts';
import { toError } from '../../util/to-error.ts';
import { callHandler } from '../call-handler.ts';
import type { StopContext } from '../context/context.ts';
import { type ContextSource, createStopContext } from '../context/create-context.ts';
import { Deadline } from '../deadline.ts';
import { type Failure, failureOf, handlerFailure, listenerFailure } from '../failure/failure.ts';
import type { Life, LifeEffect, LifeEvent, Stop } from '../life.ts';
import { callListeners } from './call-listeners.ts';
import { type RegisteredHook, runHook } from './hook-queue.ts';
import { describeShutdown, shutdownSteps, type ShutdownStep, wholeMs } from './shutdown-record.ts';
import { toShutdownRecord } from './to-shutdown-record.ts';

const TRANSITION_LATE = 'The handler that was under way did not end in the time for the stop. Let it watch ctx.signal.';
const LISTENERS_LATE =
  'The SIGTERM listeners of the app were not done in the time for the stop. Let them call process.exit(), or return a promise.';
const STOP_ADVICE = 'Raise timeouts.stop, or call ctx.requestTime().';

export type ShutdownEffect = Extract<
  LifeEffect,
  { type: 'awaitTransition' | 'callStop' | 'runHooks' | 'callListeners' | 'logShutdown' }
>;

export interface ShutdownRunnerOptions {
  readonly source: ContextSource;
  readonly stopHandler: ((ctx: StopContext) => unknown) | undefined;
  readonly clock: Clock;
  readonly process: HostProcess;
  readonly log: LogSink;
  /** True when the record of a stop is logged only if a part of it was not done. */
  readonly quiet: boolean;
  life(): Life;
  dispatch(event: LifeEvent): void;
}

/** Performs the effects of a stop, all within its one deadline. */
export class ShutdownRunner {
  readonly #options: ShutdownRunnerOptions;
  #deadline: Deadline | undefined;
  #firstHookAt: number | undefined;

  constructor(options: ShutdownRunnerOptions) {
    this.#options = options;
  }

  begin({ deadline, firm }: Stop): void {
    this.#deadline = new Deadline(this.#options.clock, deadline, { firm });
  }

  /** Releases the timer of the deadline. */
  end(): void {
    this.#deadline?.clear();
  }

  perform(effect: ShutdownEffect): void {
    const deadline = this.#deadline;
    if (!deadline) return;
    switch (effect.type) {
      case 'awaitTransition':
        this.#awaitTransition(deadline);
        return;
      case 'callStop':
        void this.#callStop(deadline);
        return;
      case 'runHooks':
        for (const hook of effect.hooks) void this.#runHook(hook, deadline);
        return;
      case 'callListeners':
        void this.#callListeners(deadline);
        return;
      case 'logShutdown':
        this.#log();
    }
  }

  /** Reports a handler that is late. Its end is another event. */
  #awaitTransition(deadline: Deadline): void {
    const late = (): void => {
      const failure = failureOf(new ServiceError('HANDLER_TIMEOUT', TRANSITION_LATE));
      this.#options.dispatch({ type: 'transitionLate', failure });
    };
    deadline.signal.addEventListener('abort', late, { once: true });
  }

  async #callStop(deadline: Deadline): Promise<void> {
    const { clock, stopHandler, dispatch } = this.#options;
    // Never inside of the call that asked for the stop.
    await Promise.resolve();
    if (this.#isOver) return;
    const { step, failure } = await this.#timed(
      deadline,
      async () => {
        await callHandler(clock, 'stop', deadline, () => stopHandler?.(this.#contextFor(deadline)), STOP_ADVICE);
        return 'done';
      },
      (thrown) => handlerFailure('stop', thrown),
    );
    dispatch({ type: 'stopEnded', step, failure });
  }

  async #runHook(hook: RegisteredHook, until: Deadline): Promise<void> {
    const { clock, dispatch } = this.#options;
    await Promise.resolve();
    if (this.#isOver) return;
    const firstAt = (this.#firstHookAt ??= clock.now());
    const contextFor = (deadline: Deadline): StopContext => this.#contextFor(deadline);
    const result = await runHook(hook, { clock, until, firstAt, contextFor });
    dispatch({ type: 'hookEnded', hook, result, failure: result.error && failureOf(result.error) });
  }

  async #callListeners(deadline: Deadline): Promise<void> {
    const { process, life, dispatch, log } = this.#options;
    await Promise.resolve();
    if (this.#isOver) return;
    const found = process.appListeners?.();
    if (!found) {
      dispatch({ type: 'listenersEnded', step: undefined, failure: undefined });
      return;
    }
    // Recorded also when one of them ends the process.
    dispatch({ type: 'listenersCalled', count: found.count });
    const { stopStep, hooks } = life();
    const hasWork = stopStep !== undefined || hooks.begun.length > 0;
    const { step, failure } = await this.#timed(
      deadline,
      () => callListeners(found, deadline, hasWork),
      listenerFailure,
    );
    if (step.outcome === 'timeout') log.write('warn', LISTENERS_LATE);
    dispatch({ type: 'listenersEnded', step: { listeners: found.count, ...step }, failure });
  }

  async #timed(
    deadline: Deadline,
    work: () => Promise<ShutdownStep['outcome']>,
    toFailure: (thrown: unknown) => Failure,
  ): Promise<{ readonly step: ShutdownStep; readonly failure: Failure | undefined }> {
    const { clock } = this.#options;
    const began = clock.now();
    const ms = (): number => wholeMs(clock.now() - began);
    try {
      const outcome = await work();
      return { step: { ms: ms(), outcome }, failure: undefined };
    } catch (thrown) {
      const outcome = deadline.passed ? 'timeout' : 'failed';
      return { step: { ms: ms(), outcome, error: toError(thrown).message }, failure: toFailure(thrown) };
    }
  }

  /** True when the process has ended, or ends: no handler of the app may run. */
  get #isOver(): boolean {
    return this.#options.life().phase.name === 'stopped';
  }

  #contextFor(deadline: Deadline): StopContext {
    const { source, life } = this.#options;
    const { stop, failure } = life();
    return createStopContext(source, deadline, stop?.reason ?? 'stop', failure?.error);
  }

  #log(): void {
    this.end();
    const { clock, life, quiet, log } = this.#options;
    const record = toShutdownRecord(life(), clock.now());
    if (!record) return;
    const steps = shutdownSteps(record);
    const isWorthIt = quiet ? steps.some(({ outcome }) => outcome !== 'done') : steps.length > 0;
    if (isWorthIt) log.write('info', describeShutdown(record), { shutdown: record });
  }
}
