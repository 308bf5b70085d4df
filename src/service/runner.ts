import type { HostConnection, HostedApp, ServiceHost } from '../host/service-host.ts';
import type { ControlEvent } from '../scm/controls.ts';
import type { ExitCode } from '../scm/exit-code.ts';
import type { ServiceStatus } from '../scm/service-status.ts';
import type { ServiceState } from '../scm/states.ts';
import { createDeferred } from '../util/deferred.ts';
import { formatMs } from '../util/duration.ts';
import type { LogSink } from '../util/log.ts';
import { controlHandler } from './control-handler.ts';
import type { ServiceLog } from './context/context.ts';
import { type ContextSource, createContext } from './context/create-context.ts';
import { createServiceLog } from './context/service-log.ts';
import { Deadline } from './deadline.ts';
import { FailureRecorder } from './failure/failure-recorder.ts';
import { type Failure, failureOf, handlerFailure, uncaughtFailure } from './failure/failure.ts';
import { callHandler } from './call-handler.ts';
import { hookResults, type Life, type LifeEffect, type LifeEvent, newLife, type TransitionHandler } from './life.ts';
import { step } from './lifecycle.ts';
import { toRegistration } from './options/registration.ts';
import type { ServiceDefinition } from './options/service-options.ts';
import type { RunResult } from './run-result.ts';
import type { RegisteredHook } from './shutdown/hook-queue.ts';
import { ShutdownRunner } from './shutdown/shutdown-runner.ts';
import { toShutdownRecord } from './shutdown/to-shutdown-record.ts';

export interface RunnerEvents {
  status(status: ServiceStatus): void;
  control(event: ControlEvent): void;
  checkpoint(message: string | undefined): void;
  error(error: Error): void;
}

/**
 * Runs one life of a service, from the host's start to STOPPED. {@link step} decides what happens; this class hands it the
 * events and performs the effects.
 */
export class ServiceRunner implements ContextSource {
  readonly definition: ServiceDefinition;
  readonly log: ServiceLog;
  readonly #host: ServiceHost;
  readonly #sink: LogSink;
  readonly #events: RunnerEvents;
  readonly #recorder: FailureRecorder;
  readonly #shutdown: ShutdownRunner;
  readonly #abort = new AbortController();
  readonly #finished = createDeferred<RunResult>();
  readonly #unwatch: (() => void)[] = [];
  #connection: HostConnection | undefined;
  #state: ServiceState = 'stopped';
  #life: Life;
  #connectedAt = 0;
  #exitingWith: number | undefined;

  constructor(definition: ServiceDefinition, host: ServiceHost, log: LogSink, events: RunnerEvents) {
    this.definition = definition;
    this.log = createServiceLog(log, definition.logging?.level);
    this.#host = host;
    this.#sink = log;
    this.#events = events;
    this.#recorder = new FailureRecorder({
      service: definition.name,
      log,
      emitError: (error) => {
        events.error(error);
      },
      writeReport: host.openCrashReports?.(definition),
    });
    this.#life = newLife({
      hasStopHandler: definition.stop !== undefined,
      callsListeners: definition.signals,
      // A console has no recovery that could start it again.
      reportsFailedStop: definition.recoverAfterFailedStop || host.kind === 'console',
      stopBudgetMs: definition.budgets.stop,
      stopReason: host.kind === 'console' ? 'console' : 'stop',
    });
    this.#shutdown = new ShutdownRunner({
      source: this,
      stopHandler: definition.stop,
      clock: host.clock,
      process: host.process,
      log,
      quiet: host.kind === 'console',
      life: () => this.#life,
      dispatch: (event) => {
        this.#dispatch(event);
      },
    });
  }

  get name(): string {
    return this.definition.name;
  }

  get args(): readonly string[] {
    return this.#connection?.args ?? [];
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** State of the service. The host learns of a stop from inside a moment later than the handlers. */
  get state(): ServiceState {
    return this.#life.phase.name === 'stopping' && this.#state !== 'stopped' ? 'stopPending' : this.#state;
  }

  /** Connects to the host and lives until STOPPED was reported. @throws ServiceError HOST_LOST */
  async run(): Promise<RunResult> {
    const connection = await this.#host.connect(toRegistration(this.definition), this.#hostedApp());
    this.#connection = connection;
    this.#connectedAt = this.#host.clock.now();
    const { process } = this.#host;
    this.#unwatch.push(
      process.onUncaught((thrown) => {
        this.fail(uncaughtFailure(thrown));
      }),
      process.onExit((code) => {
        this.#dispatch({ type: 'processExit', code });
        return this.#exitingWith;
      }),
    );
    this.#dispatch({ type: 'connected', deadline: connection.startDeadline });
    return this.#finished.promise;
  }

  /** Stops the service from inside. */
  stop(): void {
    if (this.#connection) this.#dispatch({ type: 'stopCalled', at: this.#host.clock.now() });
  }

  fail(failure: Failure): void {
    this.#dispatch({ type: 'failed', failure, at: this.#host.clock.now() });
  }

  setExitCode(exit: ExitCode): void {
    this.#dispatch({ type: 'exitCodeSet', exit });
  }

  addHook(hook: RegisteredHook): void {
    this.#dispatch({ type: 'hookAdded', hook });
  }

  checkpoint(message: string | undefined): void {
    this.#connection?.report({ type: 'checkpoint' });
    this.#events.checkpoint(message);
  }

  extend(deadline: Deadline, ms: number): void {
    deadline.extendTo(this.#host.clock.now() + ms);
    this.#connection?.report({ type: 'deadline', deadline: deadline.at });
  }

  #hostedApp(): HostedApp {
    return {
      control: (event, deadline, firm = false) => {
        this.#events.control(event);
        this.#dispatch({ type: 'control', event, deadline, firm, at: this.#host.clock.now() });
      },
      status: (status) => {
        this.#state = status.state;
        this.#events.status(status);
      },
      warned: (error) => {
        this.#recorder.warn(error.message, { error });
      },
      hung: (report) => {
        this.#recorder.recordHang(report);
      },
      lost: (error) => {
        const gone = this.#host.process.gone === true || this.#connection === undefined;
        this.#dispatch({ type: 'lost', failure: failureOf(error), gone, at: this.#host.clock.now() });
      },
    };
  }

  #dispatch(event: LifeEvent): void {
    const { life, effects } = step(this.#life, event);
    this.#life = life;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: LifeEffect): void {
    switch (effect.type) {
      case 'call':
        void this.#callTransition(effect.handler, effect.deadline);
        return;
      case 'handleControl':
        void this.#handleControl(effect.event);
        return;
      case 'reportSettled':
        this.#connection?.report({ type: 'settled', to: effect.to });
        return;
      case 'recordStarted':
        this.#recordStarted();
        return;
      case 'reportStopping': {
        const { deadline, requested } = effect.stop;
        this.#shutdown.begin(effect.stop);
        this.#connection?.report({ type: 'stopping', deadline, requested });
        return;
      }
      case 'abortSignal':
        this.#abort.abort(effect.reason);
        return;
      case 'recordFailure':
        this.#recorder.record(effect.failure, effect.first);
        return;
      case 'recordLateControl': {
        const { error } = effect.failure;
        this.#recorder.warn(`${error.message} (the service was stopping already)`, { error });
        return;
      }
      case 'warnLateHook':
        this.#recorder.warn(`Shutdown hook "${effect.hook.name}" was registered too late to run: the hooks are done.`);
        return;
      case 'awaitTransition':
      case 'callStop':
      case 'runHooks':
      case 'callListeners':
      case 'logShutdown':
        this.#shutdown.perform(effect);
        return;
      case 'settleErrors':
        void this.#settleErrors();
        return;
      case 'reportStopped':
        void this.#reportStopped(effect.exit);
        return;
      case 'reportStoppedNow':
        this.#sink.flush?.();
        this.#connection?.stoppedNow(effect.exit);
        this.#exitingWith = effect.processCode;
        return;
      case 'finish':
        this.#finish(effect.exit, effect.processCode);
    }
  }

  /** A console has shown it already. */
  #recordStarted(): void {
    const ms = Math.round(this.#host.clock.now() - this.#connectedAt);
    if (this.#host.kind !== 'console') this.log.info(`Service started in ${formatMs(ms)}.`, { service: this.name, ms });
  }

  async #callTransition(handler: TransitionHandler, deadlineAt: number): Promise<void> {
    try {
      await this.#call(handler, deadlineAt, (ctx) => this.definition[handler]?.(ctx));
      this.#dispatch({ type: 'handlerDone', handler });
    } catch (thrown) {
      const at = this.#host.clock.now();
      this.#dispatch({ type: 'handlerFailed', handler, failure: handlerFailure(handler, thrown), at });
    }
  }

  /** Controls that change no state. */
  async #handleControl(event: ControlEvent): Promise<void> {
    const connection = this.#connection;
    const handler = connection && controlHandler(this.definition, event, connection);
    if (!handler) return;
    const at = this.#host.clock.now();
    try {
      await this.#call(handler.name, at + this.definition.controlTimeoutMs, handler.run);
    } catch (thrown) {
      const failure = handlerFailure(handler.name, thrown);
      this.#dispatch({ type: 'controlFailed', handler: handler.name, failure, at: this.#host.clock.now() });
    }
  }

  async #call(name: string, at: number, run: (ctx: ReturnType<typeof createContext>) => unknown): Promise<void> {
    const { clock } = this.#host;
    const deadline = new Deadline(clock, at);
    try {
      await callHandler(clock, name, deadline, () => run(createContext(this, deadline)));
    } finally {
      deadline.clear();
    }
  }

  async #settleErrors(): Promise<void> {
    const { process } = this.#host;
    await process.settle?.();
    this.#dispatch({ type: 'settled', exitCode: process.exitCodeSet?.() ?? 0 });
  }

  async #reportStopped(exit: ExitCode): Promise<void> {
    await this.#connection?.stopped(exit);
    this.#dispatch({ type: 'reported' });
  }

  #finish(exit: ExitCode, processCode: number): void {
    // Not earlier: errors of the app until now, or its process.exit(), must not overtake STOPPED.
    for (const unwatch of this.#unwatch) unwatch();
    this.#shutdown.end();
    const { failure, stop } = this.#life;
    this.#finished.resolve({
      host: this.#host.kind,
      reason: stop?.reason ?? 'failure',
      exit,
      processCode,
      error: failure?.error,
      hooks: hookResults(this.#life),
      shutdown: toShutdownRecord(this.#life, this.#host.clock.now()),
    });
  }
}
