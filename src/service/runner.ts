import type { LogSink } from '../util/log.ts';
import type { HostConnection, ServiceHost } from '../host/service-host.ts';
import type { ControlEvent } from '../scm/controls.ts';
import { EXIT_OK, type ExitCode } from '../scm/exit-code.ts';
import type { ServiceStatus } from '../scm/service-status.ts';
import type { ServiceState } from '../scm/states.ts';
import { createDeferred } from '../util/deferred.ts';
import type { StopReason } from './context.ts';
import { createContext, createStopContext } from './create-context.ts';
import { Deadline } from './deadline.ts';
import type { ServiceDefinition } from './definition.ts';
import { ShutdownSequence } from './shutdown-sequence.ts';
import { exitFailure, type Failure, failureOf, isExitOfSignal, uncaughtFailure } from './failure.ts';
import { FailureRecord } from './failure-record.ts';
import { Handlers } from './handlers.ts';
import { registrationOf } from './registration.ts';
import type { RunResult } from './run-result.ts';
import { ShutdownHooks } from './shutdown-hooks.ts';

export interface RunnerEvents {
  status(status: ServiceStatus): void;
  control(event: ControlEvent): void;
  checkpoint(message: string | undefined): void;
  error(error: Error): void;
}

/** One life of a service, from the host's start to STOPPED: the start and the controls. All ways to end go through an {@link Ending}. */
export class ServiceRunner {
  readonly definition: ServiceDefinition;
  readonly host: ServiceHost;
  readonly log: LogSink;
  readonly events: RunnerEvents;
  readonly hooks: ShutdownHooks;
  readonly #failures: FailureRecord;
  readonly #handlers: Handlers;
  readonly #lifetime = new AbortController();
  readonly #ended = createDeferred<RunResult>();
  readonly #unwatch: (() => void)[] = [];
  #connection: HostConnection | undefined;
  #state: ServiceState = 'stopped';
  #ending: ShutdownSequence | undefined;
  #exit: ExitCode = EXIT_OK;
  #settled = false;

  constructor(definition: ServiceDefinition, host: ServiceHost, log: LogSink, events: RunnerEvents) {
    this.definition = definition;
    this.host = host;
    this.log = log;
    this.events = events;
    this.hooks = new ShutdownHooks(host.clock);
    this.#failures = new FailureRecord({
      service: definition.name,
      log,
      tell: (error) => {
        events.error(error);
      },
      writeReport: host.openCrashReports?.(definition),
    });
    this.#handlers = new Handlers({
      definition,
      clock: host.clock,
      sessionUser: (sessionId) => this.#connection?.sessionUser?.(sessionId) ?? Promise.resolve(undefined),
      contextFor: (deadline) => createContext(this, deadline),
      ending: () => this.#ending !== undefined,
      settled: (to) => this.#connection?.report({ type: 'settled', to }),
      fail: (failure) => {
        this.fail(failure);
      },
      failedLate: (handler, thrown) => {
        this.#failures.late(handler, thrown);
      },
    });
  }

  get state(): ServiceState {
    // The host hears of a stop from inside a moment after the handlers do.
    return this.#ending && this.#state !== 'stopped' ? 'stopPending' : this.#state;
  }

  get args(): readonly string[] {
    return this.#connection?.args ?? [];
  }

  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Connects and lives; resolves when STOPPED was reported. @throws ServiceError HOST_LOST */
  async run(): Promise<RunResult> {
    const { name } = this.definition;
    const connection = await this.host.connect(registrationOf(this.definition), {
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
        this.#failures.hung(report);
      },
      lost: (error) => {
        this.#onLost(error);
      },
    });
    this.#connection = connection;
    this.#unwatch.push(
      this.host.process.onUncaught((thrown) => {
        this.fail(uncaughtFailure(thrown));
      }),
      this.host.process.onExit((code) => {
        this.#onExit(code, connection);
      }),
    );
    this.#handlers.start(connection.startDeadline);
    return this.#ended.promise;
  }

  /** Begins to stop; what comes later only adds to why. */
  stop(reason: StopReason, deadlineAt = this.host.clock.now() + this.definition.budgets.stop): void {
    if (!this.#ending && this.#connection) this.#beginEnd(reason, deadlineAt, this.#connection);
  }

  #beginEnd(reason: StopReason, deadlineAt: number, connection: HostConnection, first?: () => void): void {
    // What the system gives can't be extended.
    const firm = reason === 'shutdown' || reason === 'preshutdown';
    const deadline = new Deadline(this.host.clock, deadlineAt, { firm });
    this.#ending = new ShutdownSequence({
      reason,
      deadline,
      clock: this.host.clock,
      process: this.host.process,
      log: this.log,
      quiet: this.host.kind === 'console',
      hooks: this.hooks,
      failures: this.#failures,
      transition: () => this.#handlers.transition,
      stopHandler: () => (this.#handlers.started ? this.definition.stop : undefined),
      contextFor: (until) => createStopContext(this, until, reason, this.#failures.first?.error),
      signals: this.definition.signals,
    });
    connection.report({ type: 'stopping', deadline: deadlineAt });
    first?.();
    this.#lifetime.abort(reason);
    void this.#end(this.#ending, connection);
  }

  /** The first failure decides the exit code; the others are logged. */
  fail(failure: Failure): void {
    const note = (): void => {
      this.#failures.note(failure);
    };
    // A crash report can take longer than a loop may stand still: the host hears of the stop first.
    if (this.#ending || !this.#connection) note();
    else this.#beginEnd('failure', this.host.clock.now() + this.definition.budgets.stop, this.#connection, note);
  }

  setExitCode(exit: ExitCode): void {
    this.#exit = exit;
  }

  checkpoint(message: string | undefined): void {
    this.#connection?.report({ type: 'checkpoint' });
    this.events.checkpoint(message);
  }

  extend(deadline: Deadline, ms: number): void {
    deadline.extendTo(this.host.clock.now() + ms);
    this.#connection?.report({ type: 'deadline', deadline: deadline.at });
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
        this.#handlers.pause(deadline);
        return;
      case 'continue':
        this.#handlers.resume(deadline);
        return;
      default:
        void this.#handlers.control(event);
    }
  }

  async #end(ending: ShutdownSequence, connection: HostConnection): Promise<void> {
    await ending.run();
    // A rejection of the last handler that ran is known a turn later: STOPPED must not have said 0 by then.
    await this.host.process.settle?.();
    const exit = this.#failures.first?.exit ?? this.#exit;
    await connection.stopped(exit);
    // The report itself may have failed.
    this.#settle(this.#failures.first?.exit ?? exit);
  }

  #onExit(code: number, connection: HostConnection): void {
    if (this.#settled) return;
    // Code for containers ends its process when it was told to stop: nothing is lost by then.
    const isClean = isExitOfSignal(code) && this.#ending?.nothingLeft === true;
    if (!isClean) this.#failures.note(exitFailure(code, this.#ending && this.hooks.waiting));
    this.#ending?.log();
    this.log.flush?.();
    connection.stoppedNow(this.#failures.first?.exit ?? this.#exit);
  }

  /** The SCM can't be told any more, but what the app has to do at its end is done all the same. */
  #onLost(error: Error): void {
    if (this.#settled) return;
    const failure = failureOf(error, undefined);
    if (this.#connection && !this.host.process.gone) {
      this.fail(failure);
    } else {
      this.#failures.note(failure);
      this.#settle(failure.exit);
    }
  }

  #settle(exit: ExitCode): void {
    if (this.#settled) return;
    this.#settled = true;
    // Not before: what the app throws until now, or its process.exit(), must not overtake STOPPED.
    for (const unwatch of this.#unwatch) unwatch();
    this.#ended.resolve({
      host: this.host.kind,
      reason: this.#ending?.reason ?? 'failure',
      exit,
      error: this.#failures.first?.error,
      hooks: this.hooks.results,
      shutdown: this.#ending?.record(),
    });
  }
}
