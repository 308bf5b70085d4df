import { ServiceError } from '../errors/service-error.ts';
import type { LogPort } from '../ports/log-port.ts';
import type { HangReport, HostConnection, ServiceHostPort } from '../ports/service-host-port.ts';
import type { ControlEvent } from '../status/controls.ts';
import { EXIT_OK, type ExitCode } from '../status/exit-code.ts';
import type { ServiceStatus } from '../status/service-status.ts';
import type { ServiceState } from '../status/states.ts';
import { formatMs } from '../util/duration.ts';
import { createDeferred } from '../util/deferred.ts';
import type { ServiceContext, StopContext, StopReason } from './context.ts';
import { createContext, createStopContext } from './create-context.ts';
import { Deadline } from './deadline.ts';
import type { ServiceDefinition } from './definition.ts';
import { exitFailure, type Failure, failureOf, handlerFailure } from './failure.ts';
import { handlerFor } from './handler-for.ts';
import { type HookResult, ShutdownHooks } from './shutdown-hooks.ts';

/** How a run ended. */
export interface RunResult {
  readonly host: ServiceHostPort['kind'];
  readonly reason: StopReason;
  readonly exit: ExitCode;
  /** Why it failed, where it did. */
  readonly error: Error | undefined;
  /** The shutdown hooks, in the order in which they ran. */
  readonly hooks: readonly HookResult[];
}

export interface RunnerEvents {
  status(status: ServiceStatus): void;
  control(event: ControlEvent): void;
  checkpoint(message: string | undefined): void;
  error(error: Error): void;
}

/** One life of a service, from the host's start to STOPPED. All ways to end go through {@link ServiceRunner.end}. */
export class ServiceRunner {
  readonly definition: ServiceDefinition;
  readonly host: ServiceHostPort;
  readonly log: LogPort;
  readonly events: RunnerEvents;
  readonly hooks: ShutdownHooks;
  readonly #lifetime = new AbortController();
  readonly #ended = createDeferred<RunResult>();
  readonly #unwatch: (() => void)[] = [];
  #connection!: HostConnection;
  #state: ServiceState = 'stopped';
  #started = false;
  /** The start, pause or resume that is under way; a stop waits for it. */
  #transition: Promise<void> = Promise.resolve();
  #stop: { reason: StopReason; deadline: Deadline } | undefined;
  #failure: Failure | undefined;
  #exit: ExitCode = EXIT_OK;
  #settled = false;

  constructor(definition: ServiceDefinition, host: ServiceHostPort, log: LogPort, events: RunnerEvents) {
    this.definition = definition;
    this.host = host;
    this.log = log;
    this.events = events;
    this.hooks = new ShutdownHooks(host.clock);
  }

  get state(): ServiceState {
    // The host hears of a stop from inside a moment after the handlers do.
    return this.#stop && this.#state !== 'stopped' ? 'stopPending' : this.#state;
  }

  get args(): readonly string[] {
    return this.#connection.args;
  }

  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Connects and lives; resolves when STOPPED was reported. @throws ServiceError HOST_LOST */
  async run(): Promise<RunResult> {
    const { name, accepts, commands, budgets, hang, eventLog, on, notifications } = this.definition;
    this.#connection = await this.host.connect(
      {
        name,
        accepts,
        commandCodes: commands.map((command) => command.code),
        deviceEvents: on.deviceEvent !== undefined,
        notifications,
        budgets,
        hang,
        eventSource: eventLog && { source: eventLog.source, log: eventLog.log },
      },
      {
        control: (event, deadline) => {
          this.#onControl(event, deadline);
        },
        status: (status) => {
          this.#state = status.state;
          this.events.status(status);
        },
        warned: (error) => {
          this.log.write('warn', error.message, { service: name, error });
        },
        hung: (report) => {
          this.#onHung(report);
        },
        lost: (error) => {
          this.#onLost(error);
        },
      },
    );
    this.#unwatch.push(
      this.host.process.onUncaught((thrown) => {
        const error = new ServiceError(
          'UNCAUGHT',
          `An error was caught by nobody: ${failureOf(thrown, undefined).error.message}`,
          { cause: thrown },
        );
        this.fail(failureOf(error, undefined));
      }),
      this.host.process.onExit((code) => {
        this.#onExit(code);
      }),
    );
    this.#transition = this.#start();
    return this.#ended.promise;
  }

  /** Begins to stop; what comes later only adds to why. */
  stop(reason: StopReason, deadlineAt = this.host.clock.now() + this.definition.budgets.stop): void {
    if (this.#stop) return;
    const deadline = new Deadline(this.host.clock, deadlineAt);
    this.#stop = { reason, deadline };
    this.#connection.report({ type: 'stopping', deadline: deadlineAt });
    this.#lifetime.abort(reason);
    void this.#end(reason, deadline);
  }

  /** The first failure decides the exit code; the others are logged. */
  fail(failure: Failure): void {
    this.#note(failure);
    this.stop('failure');
  }

  setExitCode(exit: ExitCode): void {
    this.#exit = exit;
  }

  checkpoint(message: string | undefined): void {
    this.#connection.report({ type: 'checkpoint' });
    this.events.checkpoint(message);
  }

  extend(deadline: Deadline, ms: number): void {
    deadline.extendTo(this.host.clock.now() + ms);
    this.#connection.report({ type: 'deadline', deadline: deadline.at });
  }

  async #start(): Promise<void> {
    const deadline = new Deadline(this.host.clock, this.#connection.startDeadline);
    try {
      await this.#call('start', deadline, this.definition.start);
      this.#started = true;
      if (!this.#stop) this.#connection.report({ type: 'settled', to: 'running' });
    } catch (thrown) {
      // A start that gives up because it was told to stop has not failed.
      if (!this.#stop) this.fail(handlerFailure('start', thrown));
    }
  }

  #onControl(event: ControlEvent, deadline: number): void {
    this.events.control(event);
    switch (event.type) {
      case 'stop':
        this.stop(this.host.kind === 'console' ? 'console' : 'stop', deadline);
        return;
      case 'shutdown':
      case 'preshutdown':
        this.stop(event.type, deadline);
        return;
      case 'pause':
        this.#transition = this.#shift('pause', this.definition.pause, 'paused', deadline);
        return;
      case 'continue':
        this.#transition = this.#shift('resume', this.definition.resume, 'running', deadline);
        return;
      default:
        void this.#handle(event);
    }
  }

  async #shift(
    name: string,
    handler: ((ctx: ServiceContext) => unknown) | undefined,
    to: 'running' | 'paused',
    deadlineAt: number,
  ): Promise<void> {
    try {
      await this.#call(name, new Deadline(this.host.clock, deadlineAt), (ctx) => handler?.(ctx));
      if (!this.#stop) this.#connection.report({ type: 'settled', to });
    } catch (thrown) {
      if (!this.#stop) this.fail(handlerFailure(name, thrown));
    }
  }

  async #handle(event: ControlEvent): Promise<void> {
    const handler = handlerFor(this.definition, event, this.#connection);
    if (!handler) return;
    const deadline = new Deadline(this.host.clock, this.host.clock.now() + this.definition.controlTimeoutMs);
    try {
      await this.#call(handler.name, deadline, handler.run);
    } catch (thrown) {
      if (!this.#stop) this.fail(handlerFailure(handler.name, thrown));
    }
  }

  async #call(name: string, deadline: Deadline, handler: (ctx: ServiceContext) => unknown): Promise<void> {
    const began = this.host.clock.now();
    const late = (): Error => {
      const took = formatMs(this.host.clock.now() - began);
      return new ServiceError(
        'HANDLER_TIMEOUT',
        `The ${name} handler was not done after ${took}. Raise its timeout, or call ctx.requestTime().`,
        { details: { handler: name } },
      );
    };
    try {
      await deadline.race(() => handler(createContext(this, deadline)), late);
    } finally {
      deadline.clear();
    }
  }

  /** The one way out: what is under way, `stop`, the hooks, STOPPED. */
  async #end(reason: StopReason, deadline: Deadline): Promise<void> {
    const contextFor = (until: Deadline): StopContext => createStopContext(this, until, reason, this.#failure?.error);
    await this.#waitForTransition(reason, deadline);
    if (this.#started && this.definition.stop) {
      const { stop } = this.definition;
      try {
        await this.#callStop(deadline, () => stop(contextFor(deadline)));
      } catch (thrown) {
        this.#note(handlerFailure('stop', thrown));
      }
    }
    const hooks = await this.hooks.run(deadline, contextFor);
    for (const { error } of hooks) if (error) this.#note(failureOf(error, undefined));
    deadline.clear();
    const exit = this.#failure?.exit ?? this.#exit;
    await this.#connection.stopped(exit);
    // Not before: what the app throws meanwhile, or its process.exit(), must not overtake STOPPED.
    for (const unwatch of this.#unwatch) unwatch();
    this.#settle(exit, hooks);
  }

  /** A start or pause that is under way gets the stop's time to finish, unless it is what failed. */
  async #waitForTransition(reason: StopReason, deadline: Deadline): Promise<void> {
    if (reason === 'failure') return;
    const late = (): Error =>
      new ServiceError(
        'HANDLER_TIMEOUT',
        'The handler that was under way did not end in the time for the stop. Let it watch ctx.signal.',
      );
    try {
      await deadline.race(() => this.#transition, late);
    } catch (error) {
      this.#note(failureOf(error, undefined));
    }
  }

  async #callStop(deadline: Deadline, stop: () => unknown): Promise<void> {
    const began = this.host.clock.now();
    await deadline.race(stop, () => {
      const took = formatMs(this.host.clock.now() - began);
      return new ServiceError(
        'HANDLER_TIMEOUT',
        `The stop handler was not done after ${took}. Raise timeouts.stop, or call ctx.requestTime().`,
        { details: { handler: 'stop' } },
      );
    });
  }

  #note(failure: Failure): void {
    this.#failure ??= failure;
    this.log.write('error', failure.error.message, { service: this.definition.name, error: failure.error });
    this.#tell(failure.error);
  }

  #tell(error: Error): void {
    try {
      this.events.error(error);
    } catch (thrown) {
      // A listener's own failure must not keep STOPPED from being reported.
      this.log.write('error', "A listener of 'error' threw.", { service: this.definition.name, error: thrown });
    }
  }

  #onExit(code: number): void {
    if (this.#settled) return;
    const failure = exitFailure(code);
    this.#note(failure);
    this.log.flush?.();
    this.#connection.stoppedNow(this.#failure?.exit ?? failure.exit);
  }

  #onHung({ blockedMs, stack }: HangReport): void {
    const where = stack === undefined ? ' in native code' : '';
    const error = new ServiceError('HANG', `The event loop was blocked${where} for ${formatMs(blockedMs)}.`, {
      details: { blockedMs },
    });
    // Where the app was, not where we are.
    error.stack = `${error.name}: ${error.message}\n${stack ?? ''}`.trimEnd();
    this.log.write('error', error.message, { service: this.definition.name, error });
    this.#tell(error);
  }

  #onLost(error: Error): void {
    if (this.#settled) return;
    this.#note(failureOf(error, undefined));
    for (const unwatch of this.#unwatch) unwatch();
    this.#settle(failureOf(error, undefined).exit, []);
  }

  #settle(exit: ExitCode, hooks: readonly HookResult[]): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#ended.resolve({
      host: this.host.kind,
      reason: this.#stop?.reason ?? 'failure',
      exit,
      error: this.#failure?.error,
      hooks,
    });
  }
}
