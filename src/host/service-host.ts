import type { Acceptable, ControlEvent } from '../scm/controls.ts';
import type { ExitCode } from '../scm/exit-code.ts';
import type { ServiceStatus } from '../scm/service-status.ts';
import type { SteadyState } from '../scm/states.ts';
import type { Clock } from '../util/clock.ts';
import type { EventLogService } from '../scm/event-log.ts';
import type { EventLogTarget } from '../scm/event-log.ts';
import type { LogSettings } from './log-options.ts';
import type { LogSink } from '../util/log.ts';
import type { HostProcess } from './process.ts';
import type { ResolvedNotificationOptions } from '../scm/notifications.ts';
import type { SessionUser } from '../scm/sessions.ts';

/**
 * Host of a service: the SCM (through a dedicated thread), a console, or the mock SCM.
 *
 * Contract, which `test/contract` checks for every host:
 * - `connect` resolves when the host has started the service; the status is then START_PENDING.
 * - The host acknowledges controls by itself and at once, changes the status to the pending state, and then notifies the
 *   app. It never waits for the app to answer a control.
 * - The host renews pending states by itself while the app makes progress, within the budget of the phase.
 * - `stopped` reports STOPPED, once, and resolves when the process may end.
 */
export interface ServiceHost {
  readonly kind: HostKind;
  /** Name that the service is installed with, if the host knows it. Logs, state and budgets go by it. */
  readonly serviceName?: string;
  readonly clock: Clock;
  readonly process: HostProcess;
  /** Log of the service, instead of the one of the entry. */
  readonly log?: LogSink;
  /** Opens the logs of a service without a console. They are closed when it has stopped. */
  openLogs?(settings: LogSettings): HostLogs;
  /** Returns a function that writes Node's report about the process, blocking, and returns its path. Undefined: the definition doesn't ask for reports. */
  openCrashReports?(settings: LogSettings): ((error: Error) => string) | undefined;
  /** Event log of the system, if this host has one. */
  readonly eventLog?: EventLogService;
  /**
   * Sets whether the connection keeps the process alive. Default: yes. A hosted program decides by itself how long it lives.
   * Missing in mocks.
   */
  keepAlive?(does: boolean): void;
  /** Connects the service. @throws ServiceError HOST_LOST when the connection is lost before the service is started. */
  connect(registration: HostRegistration, app: HostedApp): Promise<HostConnection>;
}

export type HostKind = 'scm' | 'console' | 'mock';

/** Facts that the host needs before the first control arrives. */
export interface HostRegistration {
  readonly name: string;
  readonly accepts: readonly Acceptable[];
  /** User-defined controls (128–255) that have a handler. */
  readonly commandCodes: readonly number[];
  /** True when the app handles device events: there is no SERVICE_ACCEPT bit for them. */
  readonly deviceEvents: boolean;
  /** Notifications to request when the service is running. Undefined: none. */
  readonly notifications: ResolvedNotificationOptions | undefined;
  readonly budgets: PhaseBudgets;
  /** Detection of a blocked event loop. Undefined: off. */
  readonly hang: ResolvedHangOptions | undefined;
  /** True when a requested stop that fails is reported as failed, so that recovery starts the service again. */
  readonly recoverAfterFailedStop: boolean;
  /** Event source for failures that the app can't record, because it is blocked or has ended. */
  readonly eventSource: EventLogTarget | undefined;
}

/** Logs of one run. */
export interface HostLogs {
  readonly log: LogSink;
  close(): void;
}

/** Checked options for a blocked event loop while the service is running or paused. */
export interface ResolvedHangOptions {
  readonly timeoutMs: number;
  /** `'fail'`: STOPPED with 1053, and the end of the process, so that recovery starts the service again. */
  readonly action: 'report' | 'fail';
}

/** Report of a blocked event loop. */
export interface HangReport {
  readonly blockedMs: number;
  /** Stack of the app; undefined: it was in native code. */
  readonly stack: string | undefined;
}

/** Time of each phase, in milliseconds. */
export interface PhaseBudgets {
  readonly start: number;
  readonly pause: number;
  readonly resume: number;
  readonly stop: number;
  /** Infinity: the time that the system gives. */
  readonly shutdown: number;
  readonly preshutdown: number;
}

/** Calls of the host to the app. None of them may throw. */
export interface HostedApp {
  /**
   * Receives a control that was acknowledged. `deadline`: end of its phase, in milliseconds of the clock. `firm`: the
   * system ends the process then, so the time can't be extended.
   */
  control(event: ControlEvent, deadline: number, firm?: boolean): void;
  /** Receives a warning: the host could not do something, and the service goes on without it. */
  warned(error: Error): void;
  /** Receives the report of a blocked event loop, when the loop runs again. */
  hung(report: HangReport): void;
  /** Receives the status that the SCM now has. */
  status(status: ServiceStatus): void;
  /** Called when the host is lost and nothing can be reported any more. */
  lost(error: Error): void;
}

/** Connection of a running service to its host. */
export interface HostConnection {
  /** Arguments of StartService, without the service's name. */
  readonly args: readonly string[];
  /** Deadline of `start`, in milliseconds of the clock. */
  readonly startDeadline: number;
  /** Finds the user of a session, or the user at its last event; undefined: none. Missing where a host has no sessions. */
  sessionUser?(sessionId: number): Promise<SessionUser | undefined>;
  /** Reports progress of the app. A report that is too late, because the SCM was faster, is dropped. */
  report(report: AppReport): void;
  /** Reports STOPPED and ends the connection; resolves when the process may end. */
  stopped(exit: ExitCode): Promise<void>;
  /** Does the same in an 'exit' event, where nothing asynchronous can happen any more: blocks for a bounded time. */
  stoppedNow(exit: ExitCode): void;
}

/** Report of the app to its host. */
export type AppReport =
  | { readonly type: 'settled'; readonly to: SteadyState }
  /** The service has begun to stop. `requested`: because of a control. */
  | { readonly type: 'stopping'; readonly deadline: number; readonly requested: boolean }
  | { readonly type: 'checkpoint' }
  /** The phase may last until this time. */
  | { readonly type: 'deadline'; readonly deadline: number };
