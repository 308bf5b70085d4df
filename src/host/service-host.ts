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
 * Whatever hosts a service: the SCM (through a thread of its own), a console, or the mock SCM.
 *
 * The contract, which `test/contract` holds every host to:
 * - `connect` resolves once the host has started the service; the status is then START_PENDING.
 * - The host acknowledges controls by itself and at once, moves the status to the pending state, and then tells the
 *   app. It never waits for the app to answer a control.
 * - The host renews pending states by itself while the app makes progress, within the budget of the phase.
 * - `stopped` reports STOPPED, once, and resolves when the process may end.
 */
export interface ServiceHost {
  readonly kind: HostKind;
  /** Name that the service is installed with, where the host knows it. Logs, state and budgets go by it. */
  readonly serviceName?: string;
  readonly clock: Clock;
  readonly process: HostProcess;
  /** Where the service logs, when not where the entry says. */
  readonly log?: LogSink;
  /** Opens the logs of a service that has no console. They are closed when it has stopped. */
  openLogs?(settings: LogSettings): HostLogs;
  /** What writes Node's report about the process when the service fails: blocking; gives the path. Undefined when the definition doesn't ask for it. */
  openCrashReports?(settings: LogSettings): ((error: Error) => string) | undefined;
  /** The event log of the system, where this host has one. */
  readonly eventLog?: EventLogService;
  /**
   * Says whether the connection keeps the process alive. It does by default; a program that is hosted decides by itself how
   * long it lives. Missing in test doubles.
   */
  keepAlive?(does: boolean): void;
  /** @throws ServiceError HOST_LOST when the connection is gone before the service was started. */
  connect(registration: HostRegistration, app: HostedApp): Promise<HostConnection>;
}

export type HostKind = 'scm' | 'console' | 'mock';

/** What the host must know before the first control can come. */
export interface HostRegistration {
  readonly name: string;
  readonly accepts: readonly Acceptable[];
  /** User-defined controls (128–255) that have a handler. */
  readonly commandCodes: readonly number[];
  /** The app wants device events: they have no bit to accept them by. */
  readonly deviceEvents: boolean;
  /** What the system is to be asked for, once the service is running. Undefined: nothing. */
  readonly notifications: ResolvedNotificationOptions | undefined;
  readonly budgets: PhaseBudgets;
  /** When to call the app's event loop hung, and what to do then. Undefined: never. */
  readonly hang: ResolvedHangOptions | undefined;
  /** Whether a stop that was requested and fails is reported as failed, so that recovery starts the service again. */
  readonly recoverAfterFailedStop: boolean;
  /** Where the host records a failure that the app can't: it is blocked, or gone. */
  readonly eventSource: EventLogTarget | undefined;
}

/** The logs of one run. */
export interface HostLogs {
  readonly log: LogSink;
  close(): void;
}

/** A blocked event loop while the service is running or paused. */
export interface ResolvedHangOptions {
  readonly timeoutMs: number;
  /** `'fail'`: STOPPED with 1053, and the end of the process, so that recovery fires. */
  readonly action: 'report' | 'fail';
}

/** What was found when the event loop had stopped turning. */
export interface HangReport {
  readonly blockedMs: number;
  /** Where the app was, as in an Error's stack; undefined when it was stuck in native code. */
  readonly stack: string | undefined;
}

/** Milliseconds that each phase may take. */
export interface PhaseBudgets {
  readonly start: number;
  readonly pause: number;
  readonly resume: number;
  readonly stop: number;
  /** Infinity: what the system gives. */
  readonly shutdown: number;
  readonly preshutdown: number;
}

/** What the host calls. None of these may throw. */
export interface HostedApp {
  /**
   * A control that was acknowledged. `deadline`: when its phase must be over, in the clock's milliseconds. `firm`: the
   * system ends the process then, so the time can't be extended.
   */
  control(event: ControlEvent, deadline: number, firm?: boolean): void;
  /** Something that the host could not do, and that the service goes on without. */
  warned(error: Error): void;
  /** The event loop was blocked; told when it turns again. */
  hung(report: HangReport): void;
  /** The status that the SCM now has. */
  status(status: ServiceStatus): void;
  /** The host is gone and nothing can be reported any more. */
  lost(error: Error): void;
}

export interface HostConnection {
  /** The arguments of StartService, without the service's name. */
  readonly args: readonly string[];
  /** When `start` must be over, in the clock's milliseconds. */
  readonly startDeadline: number;
  /** Whose session it is, or was at the last event of it; undefined: nobody's. Where a host has no sessions: not there. */
  sessionUser?(sessionId: number): Promise<SessionUser | undefined>;
  /** Tells the host of the app's progress. A report that came too late (the SCM was faster) is dropped. */
  report(report: AppReport): void;
  /** Reports STOPPED and leaves the SCM; resolves when the process may end. */
  stopped(exit: ExitCode): Promise<void>;
  /** The same from an 'exit' event, where nothing asynchronous can happen any more: blocks, bounded. */
  stoppedNow(exit: ExitCode): void;
}

export type AppReport =
  | { readonly type: 'settled'; readonly to: SteadyState }
  /** The service has begun to stop. `requested`: because of a control. */
  | { readonly type: 'stopping'; readonly deadline: number; readonly requested: boolean }
  | { readonly type: 'checkpoint' }
  /** The phase may last until then. */
  | { readonly type: 'deadline'; readonly deadline: number };
