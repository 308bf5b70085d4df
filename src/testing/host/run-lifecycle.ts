import type { ExitCode, LogLevel, Service, ServiceStatus, ShutdownRecord } from 'winsvc';
import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { Clock } from '../../util/clock.ts';
import { toError } from '../../util/to-error.ts';
import type { Faults } from '../scm/faults.ts';
import type { MockEventLog } from './mock-event-log.ts';
import { MockHost } from './mock-host.ts';
import { MockProcess } from './mock-process.ts';
import type { MockSessions } from '../sessions/mock-sessions.ts';
import { SCM_LIMIT_MS } from '../scm/scm-rules.ts';
import { StatusHistory } from './status-history.ts';

/** Record that the service wrote with `ctx.log`, or one of its failures. */
export interface LogRecord {
  /** Level of the record. */
  readonly level: LogLevel;
  /** Message of the record. */
  readonly message: string;
  /** Data of the record; `undefined`: none. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/** Program that was launched, and the name that its service is installed with. */
export interface LaunchedService {
  readonly name: string;
  readonly service: Service<string>;
}

/** Mocked machine, the same for every process. */
export interface MockMachine {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly eventLog: MockEventLog;
  readonly sessions: MockSessions;
}

/** Events of a process for the SCM that started it. */
export interface LifecycleSide extends MockMachine {
  /** The status changed, or the process has ended. */
  changed(): void;
  /** STOPPED was reported, or the process died without it (`crashed`). */
  ended(exit: ExitCode, crashed: boolean): void;
}

/**
 * The SCM's side of one process of a service: it must connect in time, what it reports is its status, and when it ends
 * the service has stopped.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/service-status-transitions
 */
export class RunLifecycle {
  readonly statuses: StatusHistory;
  readonly log: LogRecord[] = [];
  readonly process: MockProcess;
  readonly host: MockHost;
  /** Name that the service is installed with. */
  readonly name: string;
  readonly #scm: LifecycleSide;
  readonly #service: Service<string>;
  readonly #cancelConnectLimit: () => void;
  #phase: 'launched' | 'live' | 'over' = 'launched';
  #shutdown: ShutdownRecord | undefined;
  #error: Error | undefined;
  #unwound: Promise<unknown> = Promise.resolve();

  constructor(
    scm: LifecycleSide,
    { name, service }: LaunchedService,
    args: readonly string[],
    load: (() => unknown) | undefined,
    before: RunLifecycle | undefined,
  ) {
    this.#scm = scm;
    this.name = name;
    this.#service = service;
    this.statuses = new StatusHistory(name, scm.clock);
    this.process = new MockProcess(() => {
      this.#processGone();
    });
    this.host = new MockHost(
      { name, clock: scm.clock, process: this.process },
      {
        log: {
          write: (level, message, data) => {
            // A killed process reports nothing.
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
        overdue: (exit) => {
          this.host.stopped(exit);
          this.process.kill();
        },
        sessionUser: (sessionId) => scm.sessions.userOf(sessionId),
        request: (call, name) => {
          scm.faults.check(call, `register for ${name}; the service goes on without`, name);
        },
      },
    );
    this.#cancelConnectLimit = scm.clock.setTimeout(() => {
      // Its process is ended by the SCM.
      this.process.kill();
    }, SCM_LIMIT_MS);
    void this.#main(load, before);
  }

  /** Record of the stop; `undefined` before the process has ended. */
  get shutdown(): ShutdownRecord | undefined {
    return this.#shutdown;
  }

  /** Error that made the service fail; `undefined` before the process has ended, and after a clean stop. */
  get error(): Error | undefined {
    return this.#error;
  }

  async #main(load: (() => unknown) | undefined, before: RunLifecycle | undefined): Promise<void> {
    try {
      // One Service object stands for every process that the service has: the one before must be done with it.
      if (before) await before.#unwound;
      else await Promise.resolve();
      if (!this.process.gone) await load?.();
      // A killed process does not go on to run anything.
      if (this.process.gone) return;
      const running = this.#service.run({ host: this.host });
      this.#unwound = running.catch(() => undefined);
      const { shutdown, error } = await running;
      this.#shutdown = shutdown;
      this.#error = error;
    } catch (error) {
      this.#error = toError(error);
      this.process.throwUncaught(error);
    }
  }

  #connected(): void {
    if (this.#phase === 'over') return;
    const api = 'StartServiceCtrlDispatcherW';
    const fault = this.#scm.faults.take(api);
    if (fault) {
      this.host.lose(new Win32Error({ api, win32Code: win32Code(fault), service: this.name }));
      this.process.kill();
      return;
    }
    this.#cancelConnectLimit();
    this.#phase = 'live';
    this.host.serviceMain();
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
    this.host.lose(new ServiceError('HOST_LOST', 'The mocked process is gone.'));
    this.#scm.changed();
  }

  #over(exit: ExitCode, crashed: boolean): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#cancelConnectLimit();
    this.#enter({ state: 'stopped', exit });
    this.#scm.ended(exit, crashed);
  }

  #enter(status: ServiceStatus): void {
    this.statuses.enter(status);
    this.#scm.changed();
  }
}
