import { ServiceError } from '../errors/service-error.ts';
import { type Win32Symbol, win32Code } from '../errors/win32-codes.ts';
import { Win32Error } from '../errors/win32-error.ts';
import type { LogLevel } from '../ports/log-port.ts';
import type { ShutdownRecord } from '../service/shutdown-record.ts';
import type { Service } from '../service/service.ts';
import type { ControlEvent } from '../status/controls.ts';
import { type ExitCode, formatExit } from '../status/exit-code.ts';
import type { HandleIn } from '../status/handle.ts';
import type { ServiceStatus } from '../status/service-status.ts';
import type { ServiceState } from '../status/states.ts';
import type { ClockPort } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { createDeferred, type Deferred } from '../util/deferred.ts';
import type { Faults } from './faults.ts';
import { turn } from './manual-clock.ts';
import type { MockEventLog } from './mock-event-log.ts';
import { MockHost } from './mock-host.ts';
import { MockProcess } from './mock-process.ts';
import type { MockSessions } from './mock-sessions.ts';
import { isAsked, isNotified, refusalOf } from './scm-rules.ts';

/** How long the SCM waits for the connection, and for the answer to a control. */
export const SCM_LIMIT_MS = 30_000;

/** A status that the SCM had, and since when (milliseconds of the mock's clock). */
export type HistoryEntry = ServiceStatus & { readonly at: number };

/** What the service wrote with `ctx.log`, and its failures. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

export interface MockScmSide {
  readonly clock: ClockPort;
  readonly faults: Faults;
  readonly eventLog: MockEventLog;
  readonly sessions: MockSessions;
  restart(): Promise<MockRun<'running'>>;
  /** What the rest of the SCM has against a control: a stop while dependents run. */
  refusalOf(event: ControlEvent): Win32Symbol | undefined;
  /** The status is another one, or the process has ended. */
  changed(): void;
  ended(run: MockServiceRun, exit: ExitCode, crashed: boolean): void;
}

/** One process of a mocked service. What it can be asked for follows from its state: see {@link MockRun}. */
export class MockServiceRun {
  readonly service: Service<string>;
  readonly args: readonly string[];
  /** Every status that the SCM had, in order. */
  readonly history: HistoryEntry[] = [];
  /** What the service logged; nothing of it is printed. */
  readonly log: LogRecord[] = [];
  /** The app's process: end it, kill it, throw in it. */
  readonly process: MockProcess;
  readonly #scm: MockScmSide;
  readonly #host: MockHost;
  readonly #waits = new Set<{ state: ServiceState; done: Deferred<undefined> }>();
  #status: ServiceStatus = { state: 'stopped', exit: { win32: 0 } };
  #phase: 'launched' | 'live' | 'over' = 'launched';
  #cancelConnectLimit: () => void;
  #shutdown: ShutdownRecord | undefined;
  #unwound: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(
    scm: MockScmSide,
    service: Service<string>,
    args: readonly string[],
    load: (() => unknown) | undefined,
    before: MockServiceRun | undefined,
  ) {
    this.#scm = scm;
    this.service = service;
    this.args = args;
    this.process = new MockProcess(() => {
      this.#processGone();
    });
    this.#host = new MockHost(
      scm.clock,
      this.process,
      {
        log: {
          write: (level, message, data) => {
            // Who was killed says nothing any more.
            if (!this.process.gone) this.log.push({ level, message, data });
          },
        },
        eventLog: scm.eventLog.seenBy(this.process),
      },
      args,
      {
        connected: () => {
          this.#connected();
        },
        setStatus: (status) => {
          this.#setStatus(status);
        },
        overdue: () => {
          this.#host.stopped({ win32: win32Code('ERROR_SERVICE_REQUEST_TIMEOUT') });
          this.process.kill();
        },
        sessionUser: (sessionId) => scm.sessions.userOf(sessionId),
        request: (call, name) => {
          scm.faults.check(call, `ask to be told of ${name}; the service goes on without`, service.name);
        },
      },
    );
    this.#status = { state: 'startPending', checkpoint: 0, waitHintMs: 2_000, accepts: [] };
    this.#cancelConnectLimit = scm.clock.setTimeout(() => {
      // Its process is ended by the SCM.
      this.process.kill();
    }, SCM_LIMIT_MS);
    void this.#main(load, before);
  }

  get name(): string {
    return this.service.name;
  }

  get status(): ServiceStatus {
    return this.#status;
  }

  get state(): ServiceState {
    return this.#status.state;
  }

  /** What STOPPED reported, or 1067 when the process died without it; `undefined` while the service lives. */
  get exit(): ExitCode | undefined {
    return this.#status.state === 'stopped' ? this.#status.exit : undefined;
  }

  /** What ran at the stop: in which order, for how long, with which outcome; `undefined` before its process has ended. */
  get shutdown(): ShutdownRecord | undefined {
    return this.#shutdown;
  }

  /**
   * ControlService: resolves when the service has acknowledged the control, with the status that it then had.
   *
   * @throws Win32Error 1052, 1053, 1061, 1062, 87 or 120, as the SCM answers.
   */
  async control(control: SimpleControl | ControlEvent): Promise<ServiceStatus> {
    const event = typeof control === 'string' ? { type: control } : control;
    const action = `send ${event.type === 'command' ? `control ${event.code}` : event.type} to service "${this.name}"`;
    const refuse = (symbol: Parameters<typeof win32Code>[0]): never => {
      throw new Win32Error({ api: 'ControlService', win32Code: win32Code(symbol), action, service: this.name });
    };
    this.#scm.faults.check('ControlService', action, this.name);
    const refusal = refusalOf(event, this.#status) ?? this.#scm.refusalOf(event);
    if (refusal) refuse(refusal);
    const hang = this.#scm.faults.take('HandlerEx');
    if (hang) {
      await new Promise<void>((resolve) => this.#scm.clock.setTimeout(resolve, SCM_LIMIT_MS));
      refuse('ERROR_SERVICE_REQUEST_TIMEOUT');
    }
    const answer = event.type === 'interrogate' ? 'accepted' : this.#host.handle(event);
    if (answer !== 'accepted')
      refuse(answer === 'notImplemented' ? 'ERROR_CALL_NOT_IMPLEMENTED' : 'ERROR_SERVICE_CANNOT_ACCEPT_CTRL');
    const status = this.#status;
    // The app hears of it in a later tick; a handler that only computes is done when this resolves.
    await turn();
    return status;
  }

  /** Sends a user-defined control by the name that the definition gives it, or by its number. */
  async command(command: string | number): Promise<ServiceStatus> {
    const code = typeof command === 'number' ? command : this.service.commands[command];
    if (code === undefined) {
      const names = Object.keys(this.service.commands).join(', ') || 'none';
      throw new ServiceError('MOCK_MISUSE', `Service "${this.name}" has no command "${command}"; it has: ${names}.`);
    }
    return this.control({ type: 'command', code });
  }

  /** What the system sends by itself: session, power, device, time and trigger events, low resources, (pre)shutdown. Returns whether the service was told. */
  async notify(event: SystemNotice | ControlEvent, options: NotifyOptions = {}): Promise<boolean> {
    const notice = typeof event === 'string' ? { type: event } : event;
    if (!isNotified(notice, this.#status) || !isAsked(notice, this.service.definition.notifications)) return false;
    const budgetMs = options.budget === undefined ? undefined : toMs(options.budget, 'budget');
    const told = this.#host.handle(notice, budgetMs) === 'accepted';
    await turn();
    return told;
  }

  async stop(): Promise<MockRun<'stopped'>> {
    await this.control('stop');
    return this.waitFor('stopped');
  }

  async pause(): Promise<MockRun<'paused'>> {
    await this.control('pause');
    return this.waitFor('paused');
  }

  async resume(): Promise<MockRun<'running'>> {
    await this.control('continue');
    return this.waitFor('running');
  }

  /** Starts the service again, as a new process. */
  start(): Promise<MockRun<'running'>> {
    return this.#scm.restart();
  }

  /**
   * Resolves when the service is in this state; virtual time doesn't pass by itself.
   *
   * @throws ServiceError STATE_NOT_REACHED when the service has stopped instead.
   */
  async waitFor<S extends ServiceState>(state: S): Promise<MockRun<S>> {
    if (this.#status.state !== state) {
      const wait = { state, done: createDeferred<undefined>() };
      this.#waits.add(wait);
      this.#answerWaits();
      await wait.done.promise;
    }
    return this as unknown as MockRun<S>;
  }

  /** The app's event loop is blocked: it hears and says nothing, but the SCM is still answered. Returns what ends it. */
  blockLoop(): () => void {
    this.#host.block();
    return () => {
      this.#host.unblock();
    };
  }

  /** TerminateProcess: gone without STOPPED, which the SCM takes for a crash. */
  kill(): void {
    this.process.kill();
  }

  async #main(load: (() => unknown) | undefined, before: MockServiceRun | undefined): Promise<void> {
    try {
      // One Service object stands for every process that the service has: the one before must be done with it.
      if (before) await before.#unwound;
      else await Promise.resolve();
      if (!this.process.gone) await load?.();
      // A killed process does not go on to run anything.
      if (this.process.gone) return;
      const running = this.service.run({ host: this.#host });
      this.#unwound = running.catch(() => undefined);
      this.#shutdown = (await running).shutdown;
    } catch (error) {
      this.process.throwUncaught(error);
    }
  }

  #connected(): void {
    if (this.#phase === 'over') return;
    const fault = this.#scm.faults.take('StartServiceCtrlDispatcherW');
    if (fault) {
      this.#host.lose(
        new Win32Error({ api: 'StartServiceCtrlDispatcherW', win32Code: win32Code(fault), service: this.name }),
      );
      this.process.kill();
      return;
    }
    this.#cancelConnectLimit();
    this.#phase = 'live';
    this.#host.serviceMain();
  }

  #setStatus(status: ServiceStatus): void {
    if (this.#phase === 'over') return;
    this.#scm.faults.check('SetServiceStatus', `report ${status.state}`, this.name);
    if (status.state === 'stopped') {
      this.#over(status.exit, false);
      return;
    }
    this.#enter(status);
  }

  #processGone(): void {
    // Before it connects, the end of the process is a start that failed: 1053, and nothing to recover from.
    const connected = this.#phase === 'live';
    const code = connected ? 'ERROR_PROCESS_ABORTED' : 'ERROR_SERVICE_REQUEST_TIMEOUT';
    this.#over({ win32: win32Code(code) }, connected);
    this.#host.lose(new ServiceError('HOST_LOST', 'The mocked process is gone.'));
    this.#scm.changed();
  }

  #over(exit: ExitCode, crashed: boolean): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#cancelConnectLimit();
    this.#enter({ state: 'stopped', exit });
    this.#scm.ended(this, exit, crashed);
  }

  #enter(status: ServiceStatus): void {
    this.#status = status;
    this.history.push({ ...status, at: this.#scm.clock.now() });
    this.#answerWaits();
    this.#scm.changed();
  }

  #answerWaits(): void {
    for (const wait of this.#waits) {
      if (wait.state === this.#status.state) wait.done.resolve(undefined);
      else if (this.#status.state === 'stopped') wait.done.reject(this.#notReached(wait.state, this.#status.exit));
      else continue;
      this.#waits.delete(wait);
    }
  }

  #notReached(state: ServiceState, exit: ExitCode): ServiceError {
    return new ServiceError(
      'STATE_NOT_REACHED',
      `Service "${this.name}" did not become ${state}: it stopped with ${formatExit(exit)}.`,
      {
        details: { state, exit },
      },
    );
  }
}

/** The controls that need no data. */
export type SimpleControl = 'stop' | 'pause' | 'continue' | 'interrogate' | 'paramChange';
/** What the system gives along with a notice. */
export interface NotifyOptions {
  /** How long the system waits at a shutdown or preshutdown. Default 5 s and 10 s. */
  readonly budget?: Duration;
}
/** The system's notices that need no data. */
export type SystemNotice = 'shutdown' | 'preshutdown' | 'triggerEvent' | 'lowResources' | 'systemLowResources';

type Base = Omit<MockServiceRun, 'start' | 'stop' | 'pause' | 'resume'>;
/** A {@link MockServiceRun} in a state that is known: it has the moves that are legal there. */
export type MockRun<S extends ServiceState = ServiceState> = HandleIn<Base, S>;
