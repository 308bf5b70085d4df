import type {
  ActionFrom,
  ControlEvent,
  Duration,
  ExitCode,
  Service,
  ServiceAction,
  ServiceState,
  ServiceStatus,
  ShutdownRecord,
  Win32Symbol,
} from 'winsvc';
import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import { toMs } from '../../util/duration.ts';
import { turn } from '../time/manual-clock.ts';
import type { MockProcess } from './mock-process.ts';
import { type LaunchedService, type LifecycleSide, type LogRecord, RunLifecycle } from './run-lifecycle.ts';
import { isAsked, isNotified, refusalOf, SCM_LIMIT_MS } from '../scm/scm-rules.ts';
import type { HistoryEntry } from './status-history.ts';

/** Calls of a run to the SCM that started it. */
export interface MockScmSide extends LifecycleSide {
  /** Starts the service again, as a new process. */
  restart(): Promise<MockRun<'running'>>;
  /** Refuses a control that the rest of the SCM forbids: a stop while dependents run. */
  refusalOf(event: ControlEvent): Win32Symbol | undefined;
}

/** One process of a mocked service. {@link MockRun} adds the methods that its state allows. */
export class MockServiceRun {
  /** Service that runs. */
  readonly service: Service<string>;
  /** Arguments of the start. */
  readonly args: readonly string[];
  /** Every status that the SCM had, in order. */
  readonly history: HistoryEntry[];
  /** Records that the service logged. They aren't printed. */
  readonly log: LogRecord[];
  /** Process of the app: end it, kill it, throw in it. */
  readonly process: MockProcess;
  readonly #scm: MockScmSide;
  readonly #life: RunLifecycle;

  /** @internal */
  constructor(
    scm: MockScmSide,
    launched: LaunchedService,
    args: readonly string[],
    load: (() => unknown) | undefined,
    before: MockServiceRun | undefined,
  ) {
    this.#scm = scm;
    this.service = launched.service;
    this.args = args;
    this.#life = new RunLifecycle(scm, launched, args, load, before && before.#life);
    this.history = this.#life.statuses.entries;
    this.log = this.#life.log;
    this.process = this.#life.process;
  }

  /** Name that the service is installed with. */
  get name(): string {
    return this.#life.name;
  }

  /** Status that the SCM has of the service. */
  get status(): ServiceStatus {
    return this.#life.statuses.status;
  }

  /** State in that status. */
  get state(): ServiceState {
    return this.status.state;
  }

  /** Exit code of STOPPED, or 1067 when the process ended without it; `undefined` while the service lives. */
  get exit(): ExitCode | undefined {
    return this.status.state === 'stopped' ? this.status.exit : undefined;
  }

  /** Handlers and hooks of the stop: order, duration, outcome; `undefined` before the process has ended. */
  get shutdown(): ShutdownRecord | undefined {
    return this.#life.shutdown;
  }

  /** Error that made the service fail; `undefined` before the process has ended, and after a clean stop. */
  get error(): Error | undefined {
    return this.#life.error;
  }

  /**
   * Sends a control (ControlService). Resolves with the status at the acknowledgement.
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
    // The app receives it in a later tick; a handler that only computes is done when this resolves.
    await turn();
    return status;
  }

  /** Sends a user-defined control, by its name in the definition or by its code (128 to 255). */
  async command(command: string | number): Promise<ServiceStatus> {
    const code = typeof command === 'number' ? command : this.service.commands[command];
    if (code === undefined) {
      const names = Object.keys(this.service.commands).join(', ') || 'none';
      throw new ServiceError('MOCK_MISUSE', `Service "${this.name}" has no command "${command}"; it has: ${names}.`);
    }
    return this.control({ type: 'command', code });
  }

  /**
   * Sends an event of the system: session, power, device, time, trigger, low resources, (pre)shutdown. Returns whether the
   * service accepts it.
   *
   * @param options `budget`: time that the system gives for a shutdown (default 5 s) or preshutdown (default 10 s)
   */
  async notify(event: SystemNotice | ControlEvent, options: { readonly budget?: Duration } = {}): Promise<boolean> {
    const notice = typeof event === 'string' ? { type: event } : event;
    if (!isNotified(notice, this.status) || !isAsked(notice, this.service.definition.notifications)) return false;
    const budgetMs = options.budget === undefined ? undefined : toMs(options.budget, 'budget');
    const told = this.#life.host.handle(notice, budgetMs) === 'accepted';
    await turn();
    return told;
  }

  /** Stops the service and waits for STOPPED. @throws Win32Error as {@link control} */
  async stop(): Promise<MockRun<'stopped'>> {
    await this.control('stop');
    return this.waitFor('stopped');
  }

  /** Pauses the service and waits for PAUSED. @throws Win32Error as {@link control} */
  async pause(): Promise<MockRun<'paused'>> {
    await this.control('pause');
    return this.waitFor('paused');
  }

  /** Continues the service and waits for RUNNING. @throws Win32Error as {@link control} */
  async resume(): Promise<MockRun<'running'>> {
    await this.control('continue');
    return this.waitFor('running');
  }

  /** Starts the service again, as a new process. */
  start(): Promise<MockRun<'running'>> {
    return this.#scm.restart();
  }

  /**
   * Resolves when the service is in this state. After `'stopped'` the process has ended too, unless its event loop is
   * blocked. Virtual time doesn't pass by itself.
   *
   * @throws ServiceError STATE_NOT_REACHED when the service has stopped instead; its cause is the error of the service.
   */
  async waitFor<S extends ServiceState>(state: S): Promise<MockRun<S>> {
    try {
      if (this.state !== state) await this.#life.statuses.next(state);
    } catch (error) {
      // The error of the service is known when its program has ended: later in the same turn.
      await turn();
      if (this.error && error instanceof ServiceError) error.cause = this.error;
      throw error;
    } finally {
      // The service reports STOPPED first; its process ends later in the same turn.
      if (this.state === 'stopped' && !this.process.gone) await turn();
    }
    return this;
  }

  /** Blocks the app's event loop; the SCM is still answered. Returns a function that ends the block. */
  blockLoop(): () => void {
    this.#life.host.block();
    return () => {
      this.#life.host.unblock();
    };
  }

  /** @internal Asks the service to stop, whatever faults a test has ordered; kills one that doesn't accept it. */
  end(): void {
    if (this.#life.host.handle({ type: 'stop' }) !== 'accepted') this.kill();
  }

  /** Ends the process without STOPPED (TerminateProcess): a crash for the SCM. */
  kill(): void {
    this.process.kill();
  }
}

/** Controls without data. */
export type SimpleControl = 'stop' | 'pause' | 'continue' | 'interrogate' | 'paramChange';
/** Events of the system without data. */
export type SystemNotice = 'shutdown' | 'preshutdown' | 'triggerEvent' | 'lowResources' | 'systemLowResources';

/** A {@link MockServiceRun} in a state that is known: it has the actions that are legal there. */
export type MockRun<S extends ServiceState = ServiceState> = Omit<MockServiceRun, ServiceAction> &
  Pick<MockServiceRun, ActionFrom<S>>;
