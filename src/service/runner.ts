import type { HostConnection, HostedApp, ServiceHost } from '../host/service-host.ts';
import type { ExitCode } from '../scm/exit-code.ts';
import type { ServiceState } from '../scm/states.ts';
import { createDeferred } from '../util/deferred.ts';
import { formatMs } from '../util/duration.ts';
import type { LogSink } from '../util/log.ts';
import type { ServiceLog } from './context/context.ts';
import type { ContextSource } from './context/create-context.ts';
import { createServiceLog } from './context/service-log.ts';
import type { Deadline } from './deadline.ts';
import { FailureRecorder } from './failure/failure-recorder.ts';
import { type Failure, failureOf, uncaughtFailure } from './failure/failure.ts';
import { HandlerCalls } from './handler-calls.ts';
import { type Life, type LifeEffect, type LifeEvent, hasShutdownWork, newLife } from './life.ts';
import { step } from './lifecycle.ts';
import { toLifeRules } from './options/life-rules.ts';
import { toRegistration } from './options/registration.ts';
import type { ServiceDefinition } from './options/service-options.ts';
import { type RunResult, toRunResult } from './run-result.ts';
import type { RegisteredHook } from './shutdown/hook-queue.ts';
import type { RunnerEvents } from './runner-events.ts';
import { ShutdownRunner } from './shutdown/shutdown-runner.ts';

/**
 * Runs one life of a service, from the start by the host to STOPPED. {@link step} decides; this class passes it the events
 * and performs the effects.
 */
export class ServiceRunner implements ContextSource {
  readonly definition: ServiceDefinition;
  readonly log: ServiceLog;
  readonly #host: ServiceHost;
  readonly #sink: LogSink;
  readonly #events: RunnerEvents;
  readonly #recorder: FailureRecorder;
  readonly #handlers: HandlerCalls;
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
      emitError: events.error.bind(events),
      writeReport: host.openCrashReports?.(definition),
    });
    this.#life = newLife(toLifeRules(definition, host.kind));
    const dispatch = this.#dispatch.bind(this);
    this.#handlers = new HandlerCalls({ source: this, definition, clock: host.clock, dispatch });
    this.#shutdown = new ShutdownRunner({
      source: this,
      stopHandler: definition.stop,
      clock: host.clock,
      process: host.process,
      log,
      quiet: host.kind === 'console',
      life: () => this.#life,
      dispatch,
    });
  }

  get name(): string {
    return this.definition.name;
  }

  get instance(): string | undefined {
    return this.definition.instance;
  }

  get args(): readonly string[] {
    return this.#connection?.args ?? [];
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** State of the service. The handlers know of a stop from inside a moment earlier than the host. */
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
      process.onUncaught((thrown, handledBy) => {
        if (handledBy) this.#recorder.recordHandled(thrown, handledBy);
        else this.fail(uncaughtFailure(thrown));
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
        void this.#handlers.transition(effect.handler, effect.deadline);
        return;
      case 'handleControl':
        if (this.#connection) void this.#handlers.control(effect.event, this.#connection);
        return;
      case 'reportSettled':
        this.#connection?.report({ type: 'settled', to: effect.to });
        return;
      case 'recordStarted':
        this.#recordStarted();
        return;
      case 'reportStopping': {
        const { deadline, requested } = effect.stop;
        this.#sink.gather?.();
        this.#shutdown.begin(effect.stop);
        this.#connection?.report({ type: 'stopping', deadline, requested });
        return;
      }
      case 'abortSignal':
        this.#abort.abort(effect.reason);
        return;
      case 'recordFailure':
      case 'recordLateControl':
      case 'warnLateHook':
        this.#recorder.perform(effect);
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

  /** Records the start, except on a console, which has shown it already. */
  #recordStarted(): void {
    const ms = Math.round(this.#host.clock.now() - this.#connectedAt);
    if (this.#host.kind !== 'console') this.log.info(`Service started in ${formatMs(ms)}.`, { service: this.name, ms });
  }

  async #settleErrors(): Promise<void> {
    const { process } = this.#host;
    await process.settle?.();
    if (this.#host.kind !== 'console' && !hasShutdownWork(this.#life))
      this.#recorder.warnLostRequests(this.#events.openRequests?.() ?? 0);
    this.#dispatch({ type: 'settled', exitCode: process.exitCodeSet?.() ?? 0 });
  }

  async #reportStopped(exit: ExitCode): Promise<void> {
    await this.#connection?.stopped(exit);
    this.#dispatch({ type: 'reported' });
  }

  #finish(exit: ExitCode, processCode: number): void {
    // Not earlier: errors of the app until now, or its process.exit(), must not end the process before STOPPED.
    for (const unwatch of this.#unwatch) unwatch();
    this.#shutdown.end();
    const { kind, clock } = this.#host;
    this.#finished.resolve(toRunResult(this.#life, { host: kind, exit, processCode, at: clock.now() }));
  }
}
