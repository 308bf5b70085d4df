import { FAILURE_IDS } from '../../errors/event-ids.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import type { EventLogService } from '../../scm/event-log.ts';
import type { LogSink } from '../../util/log.ts';
import type { AppReport, HostConnection, HostedApp, HostRegistration } from '../../host/service-host.ts';
import { type ControlAnswer, HostCore } from '../../host/host-core.ts';
import type { ControlEvent } from '../../scm/controls.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';
import type { Clock } from '../../util/clock.ts';
import { createDeferred } from '../../util/deferred.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import { formatMs } from '../../util/duration.ts';
import type { MockProcess } from './mock-process.ts';

const TIMED_OUT: ExitCode = { win32: win32Code('ERROR_SERVICE_REQUEST_TIMEOUT') };

export type NotificationCall = 'RegisterPowerSettingNotification' | 'RegisterDeviceNotificationW';

export interface MockHostEvents {
  connected(registration: HostRegistration): void;
  /** SetServiceStatus; throws where a test made it fail. */
  setStatus(status: ServiceStatus): void;
  overdue(exit: ExitCode): void;
  /** User of a session, or of the last one with that id. */
  sessionUser(sessionId: number): SessionUser | undefined;
  /** Registers for a notification of the system. @throws Win32Error when the system refuses */
  request(call: NotificationCall, name: string): void;
}

/**
 * Host of one mocked process, as `ServiceHost` describes it. It runs the same {@link HostCore} as the Win32 host thread; only its SCM is a mock. Messages
 * arrive in a later tick, as between threads, and wait while a test blocks the app's event loop.
 */
export class MockHost {
  readonly kind = 'mock';
  readonly serviceName: string;
  readonly clock: Clock;
  readonly process: MockProcess;
  readonly log: LogSink;
  readonly eventLog: EventLogService;
  readonly #args: readonly string[];
  readonly #events: MockHostEvents;
  readonly #started = createDeferred<undefined>();
  #core: HostCore | undefined;
  #app: HostedApp | undefined;
  #blockedAt: number | undefined;
  #waiting: (() => void)[] = [];
  #lost = false;
  /** Budget that the system gave for its shutdown, in milliseconds. */
  #systemBudgetMs: number | undefined;
  #requested = false;

  constructor(
    { name, clock, process }: { readonly name: string; readonly clock: Clock; readonly process: MockProcess },
    logs: { readonly log: LogSink; readonly eventLog: EventLogService },
    args: readonly string[],
    events: MockHostEvents,
  ) {
    this.serviceName = name;
    this.clock = clock;
    this.process = process;
    this.log = logs.log;
    this.eventLog = logs.eventLog;
    this.#args = args;
    this.#events = events;
  }

  async connect(registration: HostRegistration, app: HostedApp): Promise<HostConnection> {
    this.#app = app;
    const core = new HostCore({
      registration,
      clock: this.clock,
      publish: (status) => {
        this.#publish(status);
        if (status.state === 'running') this.#request(registration, app);
      },
      forward: (event, deadline) => {
        this.#cross(() => {
          app.control(event, deadline);
        });
      },
      systemBudget: () => this.#systemBudgetMs,
      turned: () => this.#blockedAt === undefined,
      lastTurn: () => this.#blockedAt ?? this.clock.now(),
      hung: (blockedMs) => {
        this.#recordHang(registration, blockedMs);
        if (registration.hang?.action === 'fail') this.#events.overdue(TIMED_OUT);
        // Reported when the loop turns again, as by the real host thread.
        else
          this.#cross(() => {
            app.hung({ blockedMs, stack: undefined });
          });
      },
      overdue: (_state, exit) => {
        this.#events.overdue(exit);
      },
    });
    this.#core = core;
    this.#events.connected(registration);
    await this.#started.promise;
    const toCore = (fn: () => void): void => {
      this.#cross(() => {
        if (!this.process.gone && !this.#lost) fn();
      });
    };
    return {
      args: this.#args,
      startDeadline: core.deadline,
      sessionUser: async (sessionId) => {
        await Promise.resolve();
        return this.#events.sessionUser(sessionId);
      },
      report: (report: AppReport) => {
        toCore(() => {
          core.report(report);
        });
      },
      stopped: (exit) => {
        const done = createDeferred<undefined>();
        this.#cross(() => {
          // Without the SCM there is no receiver, and a process that has ended never goes on.
          if (this.process.gone) return;
          if (!this.#lost) core.stopped(exit);
          core.dispose();
          done.resolve(undefined);
        });
        return done.promise;
      },
      stoppedNow: (exit) => {
        this.stopped(exit);
      },
    };
  }

  /** Plays ServiceMain. */
  serviceMain(): void {
    this.#core?.start();
    this.#started.resolve(undefined);
  }

  /** Plays HandlerEx. */
  handle(event: ControlEvent, systemBudgetMs?: number): ControlAnswer {
    this.#systemBudgetMs = systemBudgetMs;
    return this.#core?.control(event) ?? 'cannotAccept';
  }

  stopped(exit: ExitCode): void {
    this.#core?.stopped(exit);
    this.#core?.dispose();
  }

  /** Blocks the app's event loop until `unblock`. */
  block(): void {
    this.#blockedAt ??= this.clock.now();
  }

  unblock(): void {
    this.#blockedAt = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const fn of waiting) queueMicrotask(fn);
  }

  /** Cuts the connection: nothing reaches the SCM any more. */
  lose(error: Error): void {
    this.#lost = true;
    this.#core?.dispose();
    if (!this.#app) return;
    this.#app.lost(error);
    // Callers that still wait for the connection never get it.
    this.#started.reject(error);
  }

  /** Registers notifications, once, when the service runs for the first time. */
  #request({ notifications }: HostRegistration, app: HostedApp): void {
    if (this.#requested || !notifications) return;
    this.#requested = true;
    const request = (call: NotificationCall, name: string): void => {
      try {
        this.#events.request(call, name);
      } catch (error) {
        this.#cross(() => {
          app.warned(error as Error);
        });
      }
    };
    for (const name of notifications.power) request('RegisterPowerSettingNotification', name);
    for (const name of notifications.devices) request('RegisterDeviceNotificationW', name);
  }

  /** Records a hang, as the real host thread does, which isn't blocked. */
  #recordHang({ eventSource }: HostRegistration, blockedMs: number): void {
    if (!eventSource) return;
    const text = `The event loop has been blocked for ${formatMs(blockedMs)}.`;
    const record = { severity: 'error', eventId: FAILURE_IDS.HANG ?? 0, category: 0, strings: [text] } as const;
    try {
      this.eventLog.open(eventSource).report({ ...record, data: undefined, user: undefined });
    } catch {
      // The source isn't installed.
    }
  }

  #publish(status: ServiceStatus): void {
    try {
      this.#events.setStatus(status);
    } catch (error) {
      this.#cross(() => {
        this.lose(error as Error);
      });
      return;
    }
    this.#cross(() => {
      this.#app?.status(status);
    });
  }

  #cross(fn: () => void): void {
    if (this.#blockedAt !== undefined) this.#waiting.push(fn);
    else queueMicrotask(fn);
  }
}
