import type { AppReport, HostRegistration } from './service-host.ts';
import type { Clock } from '../util/clock.ts';
import { acceptableOf, type Acceptable, type ControlEvent } from '../scm/controls.ts';
import { win32Code } from '../errors/win32-codes.ts';
import { EXIT_OK, type ExitCode } from '../scm/exit-code.ts';
import { isRefusal, type ServiceStatus, type StatusEvent, step } from '../scm/service-status.ts';
import { HangMonitor } from './hang-monitor.ts';
import { isPending, type PendingState } from '../scm/states.ts';
import { budgetWithin, SYSTEM_BUDGETS, type SystemEnd } from './system-end.ts';

/** Interval at which a pending state is renewed while the app makes progress, in milliseconds. */
export const RENEW_MS = 1_000;
/** Time after a deadline in which the app can report by itself before the host fails it, in milliseconds. */
export const GRACE_MS = 500;
/** A renewal that runs this much too late was delayed with the app: the machine slept, or the process was suspended. */
const LATE_MS = 3_000;
/** Time that the app gets once more in that case. Longer than the app's own grace, so that it can report by itself. */
const LATE_GRACE_MS = 6_000;

const TIMED_OUT: ExitCode = { win32: win32Code('ERROR_SERVICE_REQUEST_TIMEOUT') };

/** Answer of a control handler: NO_ERROR, ERROR_CALL_NOT_IMPLEMENTED or ERROR_SERVICE_CANNOT_ACCEPT_CTRL. */
export type ControlAnswer = 'accepted' | 'notImplemented' | 'cannotAccept';

export interface HostCoreOptions {
  readonly registration: HostRegistration;
  readonly clock: Clock;
  /** Reports a status to the SCM. */
  publish(status: ServiceStatus): void;
  /** Passes an accepted control to the app. `firm`: nothing can extend the deadline. */
  forward(event: ControlEvent, deadline: number, firm?: boolean): void;
  /** Returns whether the app's event loop has run since the last call. */
  turned(): boolean;
  /** Time of its last pulse, by the clock; needed with `hung`. */
  lastTurn?(): number;
  /** Returns whether a debugger is attached to the app. Default: no. */
  debugged?(): boolean;
  /** Time that the system gives the service to end, in milliseconds. Read when the control arrives; undefined: the default of Windows. */
  systemBudget?(end: SystemEnd): number | undefined;
  /** The app's event loop is blocked for longer than the registration allows. */
  hung?(blockedMs: number): void;
  /** It runs again. */
  recovered?(blockedMs: number): void;
  /** The app missed a deadline and doesn't report: it must be ended from outside. `exit`: the exit code for STOPPED. */
  overdue(state: PendingState, exit: ExitCode): void;
}

/**
 * SCM side of a service: answers controls, owns the status, renews pending states. It knows neither Win32 nor threads; the
 * Win32 host thread, the console and the mock SCM each run one.
 *
 * Rule for renewals (SetServiceStatus, remarks): a checkpoint means progress, so it goes up only when the app's event loop
 * ran or the app reported progress. The wait hint, which is the rest of the budget, covers a blocked app.
 */
export class HostCore {
  readonly #options: HostCoreOptions;
  #status: ServiceStatus = { state: 'stopped', exit: { win32: 0 } };
  #deadline = Number.POSITIVE_INFINITY;
  #stopRequested = false;
  #tickDueAt = 0;
  #cancelTimer: (() => void) | undefined;
  readonly #monitor: HangMonitor | undefined;

  constructor(options: HostCoreOptions) {
    this.#options = options;
    const { hang } = options.registration;
    if (hang && options.hung) this.#monitor = this.#createMonitor(hang.timeoutMs);
  }

  get status(): ServiceStatus {
    return this.#status;
  }

  get deadline(): number {
    return this.#deadline;
  }

  /** The SCM has started the service. */
  start(): void {
    this.#enter('startPending', this.#options.registration.budgets.start);
  }

  /** Handles a control. `limitMs`: time after which the system ends the process, whatever the budget of the phase is. */
  control(event: ControlEvent, limitMs?: number): ControlAnswer {
    const { registration } = this.#options;
    const { state } = this.#status;
    switch (event.type) {
      case 'interrogate':
        return 'accepted';
      case 'unknown':
        return 'notImplemented';
      case 'command':
        return registration.commandCodes.includes(event.code) ? this.#forward(event) : 'notImplemented';
      case 'deviceEvent':
        return registration.deviceEvents ? this.#forward(event) : 'notImplemented';
    }
    const acceptable = acceptableOf(event.type);
    if (!acceptable || !registration.accepts.includes(acceptable)) return 'notImplemented';
    switch (event.type) {
      case 'stop':
      case 'shutdown':
      case 'preshutdown':
        // The service may have begun to stop by itself a moment earlier: there is nothing to do.
        if (state === 'stopPending' || state === 'stopped') return 'accepted';
        this.#stopRequested = true;
        return this.#move('stopPending', Math.min(this.#budgetOfEnd(event.type), limitMs ?? Infinity), event, limitMs);
      case 'pause':
        if (state === 'paused' || state === 'pausePending') return 'accepted';
        return this.#move('pausePending', registration.budgets.pause, event);
      case 'continue':
        if (state === 'running' || state === 'continuePending') return 'accepted';
        return this.#move('continuePending', registration.budgets.resume, event);
      default:
        return this.#forward(event);
    }
  }

  report(report: AppReport): void {
    switch (report.type) {
      case 'settled':
        this.#apply({ type: 'settled', to: report.to, accepts: this.#options.registration.accepts });
        return;
      case 'stopping':
        this.#stopRequested = report.requested;
        if (this.#status.state === 'stopPending') this.#deadline = report.deadline;
        else this.#enter('stopPending', report.deadline - this.#options.clock.now());
        return;
      case 'checkpoint':
        this.#progress();
        return;
      case 'deadline':
        // The deadline of one hook can be earlier than that of the stop, which counts.
        this.#deadline = Math.max(this.#deadline, report.deadline);
        this.#progress();
        return;
    }
  }

  stopped(exit: ExitCode): void {
    this.#apply({ type: 'stopped', exit });
  }

  /** Ends all renewals: the process has ended. */
  dispose(): void {
    this.#cancelTimer?.();
    this.#monitor?.stop();
  }

  #budgetOfEnd(type: 'stop' | SystemEnd): number {
    const own = this.#options.registration.budgets[type];
    return type === 'stop' ? own : budgetWithin(own, this.#options.systemBudget?.(type) ?? SYSTEM_BUDGETS[type]);
  }

  #forward(event: ControlEvent): ControlAnswer {
    if (this.#status.state === 'stopPending' || this.#status.state === 'stopped') return 'cannotAccept';
    this.#options.forward(event, Number.POSITIVE_INFINITY);
    return 'accepted';
  }

  #move(to: PendingState, budgetMs: number, event: ControlEvent, limitMs?: number): ControlAnswer {
    if (!this.#enter(to, budgetMs)) return 'cannotAccept';
    this.#options.forward(event, this.#deadline, limitMs !== undefined);
    return 'accepted';
  }

  #enter(to: PendingState, budgetMs: number): boolean {
    const before = this.#deadline;
    this.#deadline = this.#options.clock.now() + budgetMs;
    const done = this.#apply({ type: 'pending', to, waitHintMs: this.#hint(), accepts: this.#acceptedWhile(to) });
    if (!done) this.#deadline = before;
    return done;
  }

  #progress(): void {
    this.#apply({ type: 'progress', waitHintMs: this.#hint() });
  }

  #apply(event: StatusEvent): boolean {
    const next = step(this.#status, event);
    if (isRefusal(next)) return false;
    this.#status = next;
    this.#options.publish(next);
    this.#cancelTimer?.();
    if (next.state === 'running' || next.state === 'paused') this.#monitor?.start();
    else this.#monitor?.stop();
    this.#cancelTimer = isPending(next.state) ? this.#arm() : undefined;
    return true;
  }

  /** Schedules the next check: at the next renewal, or at the end of the budget if that is earlier. */
  #arm(): () => void {
    const { clock } = this.#options;
    const untilOverdue = Math.max(1, this.#deadline + GRACE_MS - clock.now());
    const ms = Math.min(RENEW_MS, untilOverdue);
    this.#tickDueAt = clock.now() + ms;
    return clock.setTimeout(this.#tick, ms);
  }

  readonly #tick = (): void => {
    const { clock, turned, overdue } = this.#options;
    const { state } = this.#status;
    if (!isPending(state)) return;
    if (clock.now() - this.#tickDueAt > LATE_MS) {
      this.#deadline = Math.max(this.#deadline, clock.now() + LATE_GRACE_MS);
      this.#progress();
      return;
    }
    if (clock.now() >= this.#deadline + GRACE_MS) {
      overdue(state, this.#overdueExit(state));
      return;
    }
    if (turned() && clock.now() < this.#deadline) {
      this.#progress();
      return;
    }
    this.#cancelTimer = this.#arm();
  };

  /** Returns the exit code of a blocked app. After a requested stop, recovery must not start the service again. */
  #overdueExit(state: PendingState): ExitCode {
    const { recoverAfterFailedStop } = this.#options.registration;
    if (state === 'stopPending' && this.#stopRequested && !recoverAfterFailedStop) return EXIT_OK;
    return TIMED_OUT;
  }

  /** Creates the monitor for states without a deadline. */
  #createMonitor(timeoutMs: number): HangMonitor {
    const { clock, lastTurn, debugged, hung, recovered } = this.#options;
    return new HangMonitor({
      timeoutMs,
      clock,
      lastTurn: () => lastTurn?.() ?? clock.now(),
      debugged: () => debugged?.() ?? false,
      hung: (ms) => hung?.(ms),
      recovered: (ms) => recovered?.(ms),
    });
  }

  /** Rest of the budget, as a whole number that fits a DWORD. */
  #hint(): number {
    return Math.max(1, Math.ceil(this.#deadline - this.#options.clock.now()));
  }

  /** Lists the controls that a pending state accepts: only those that end the service. */
  #acceptedWhile(state: PendingState): readonly Acceptable[] {
    if (state === 'stopPending') return [];
    return this.#options.registration.accepts.filter((a) => a === 'stop' || a === 'shutdown' || a === 'preshutdown');
  }
}
