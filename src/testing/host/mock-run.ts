import { ServiceError } from '../../errors/service-error.ts';
import { type Win32Symbol, win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ShutdownRecord } from '../../service/shutdown/shutdown-record.ts';
import type { Service } from '../../service/service.ts';
import type { ControlEvent } from '../../scm/controls.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { HandleIn } from '../../scm/handle.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';
import type { ServiceState } from '../../scm/states.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import { turn } from '../time/manual-clock.ts';
import type { MockProcess } from './mock-process.ts';
import { type LifecycleSide, type LogRecord, RunLifecycle } from './run-lifecycle.ts';
import { isAsked, isNotified, refusalOf, SCM_LIMIT_MS } from '../scm/scm-rules.ts';
import type { HistoryEntry } from './status-history.ts';

/** The SCM that started a run, as the test meets it through the run. */
export interface MockScmSide extends LifecycleSide {
  /** Starts the service again, as a new process. */
  restart(): Promise<MockRun<'running'>>;
  /** What the rest of the SCM has against a control: a stop while dependents run. */
  refusalOf(event: ControlEvent): Win32Symbol | undefined;
}

/** One process of a mocked service. What it can be asked for follows from its state: see {@link MockRun}. */
export class MockServiceRun {
  readonly service: Service<string>;
  readonly args: readonly string[];
  /** Every status that the SCM had, in order. */
  readonly history: HistoryEntry[];
  /** What the service logged; nothing of it is printed. */
  readonly log: LogRecord[];
  /** The app's process: end it, kill it, throw in it. */
  readonly process: MockProcess;
  readonly #scm: MockScmSide;
  readonly #life: RunLifecycle;

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
    this.#life = new RunLifecycle(scm, service, args, load, before && before.#life);
    this.history = this.#life.statuses.entries;
    this.log = this.#life.log;
    this.process = this.#life.process;
  }

  get name(): string {
    return this.service.name;
  }

  get status(): ServiceStatus {
    return this.#life.statuses.status;
  }

  get state(): ServiceState {
    return this.status.state;
  }

  /** What STOPPED reported, or 1067 when the process died without it; `undefined` while the service lives. */
  get exit(): ExitCode | undefined {
    return this.status.state === 'stopped' ? this.status.exit : undefined;
  }

  /** What ran at the stop: in which order, for how long, with which outcome; `undefined` before its process has ended. */
  get shutdown(): ShutdownRecord | undefined {
    return this.#life.shutdown;
  }

  /**
   * ControlService: resolves when the service has acknowledged the control, with the status that it then had.
   *
   * @throws Win32Error 1052, 1053, 1061, 1062, 87 or 120, as the SCM answers.
   */
  async control(control: SimpleControl | ControlEvent): Promise<ServiceStatus> {
    const event = typeof control === 'string' ? { type: control } : control;
    const action = `send ${event.type === 'command' ? `control ${event.code}` : event.type} to service "${this.name}"`;
    const refuse = (symbol: Win32Symbol): never => {
      throw new Win32Error({ api: 'ControlService', win32Code: win32Code(symbol), action, service: this.name });
    };
    this.#scm.faults.check('ControlService', action, this.name);
    const refusal = refusalOf(event, this.status) ?? this.#scm.refusalOf(event);
    if (refusal) refuse(refusal);
    const hang = this.#scm.faults.take('HandlerEx');
    if (hang) {
      await new Promise<void>((resolve) => this.#scm.clock.setTimeout(resolve, SCM_LIMIT_MS));
      refuse('ERROR_SERVICE_REQUEST_TIMEOUT');
    }
    const answer = event.type === 'interrogate' ? 'accepted' : this.#life.host.handle(event);
    if (answer !== 'accepted')
      refuse(answer === 'notImplemented' ? 'ERROR_CALL_NOT_IMPLEMENTED' : 'ERROR_SERVICE_CANNOT_ACCEPT_CTRL');
    const status = this.status;
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
    if (!isNotified(notice, this.status) || !isAsked(notice, this.service.definition.notifications)) return false;
    const budgetMs = options.budget === undefined ? undefined : toMs(options.budget, 'budget');
    const told = this.#life.host.handle(notice, budgetMs) === 'accepted';
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
    if (this.state !== state) await this.#life.statuses.next(state);
    return this as unknown as MockRun<S>;
  }

  /** The app's event loop is blocked: it hears and says nothing, but the SCM is still answered. Returns what ends it. */
  blockLoop(): () => void {
    this.#life.host.block();
    return () => {
      this.#life.host.unblock();
    };
  }

  /** TerminateProcess: gone without STOPPED, which the SCM takes for a crash. */
  kill(): void {
    this.process.kill();
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
