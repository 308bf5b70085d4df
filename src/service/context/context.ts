import type { LogLevel } from '../../util/log.ts';
import type { Duration } from '../../util/duration.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { ServiceState } from '../../scm/states.ts';

/** Reason of a stop. */
export type StopReason =
  /** STOP from the SCM, or `service.stop()`. */
  | 'stop'
  /** SHUTDOWN: the system shuts down. */
  | 'shutdown'
  /** PRESHUTDOWN: the system shuts down, and waits for this service before the others. */
  | 'preshutdown'
  /** Ctrl+C, Ctrl+Break, a closed terminal, a signal, or the stop key. */
  | 'console'
  /** A handler or the app failed. */
  | 'failure';

/** Data of a record. An `Error` under any key is written with its stack and causes. */
export type LogData = Readonly<Record<string, unknown>>;

/** Writes one record. Never throws, whatever the data are. */
export interface LogMethod {
  /** Writes a message, and data. */
  (message: string, data?: LogData | Error): void;
  /** Writes data first, as pino has it. An error alone is its own message. */
  (data: LogData | Error, message?: string): void;
}

/**
 * The log of a service. Under the SCM a record is a line of JSON in `<service>.log`, and from `warn` up also in the
 * event log; in a terminal a readable line on standard error.
 *
 * @example
 * const log = ctx.log.child({ requestId });
 * log.info('order taken', { order: 4711 });
 * log.error(error, 'order lost'); // the order of pino is understood too
 */
export interface ServiceLog {
  /** Writes details for the search of an error. */
  readonly debug: LogMethod;
  /** Writes what happens in normal operation. */
  readonly info: LogMethod;
  /** Writes a warning: to the event log too, unless `eventLog` says otherwise. */
  readonly warn: LogMethod;
  /** Writes an error: to the event log too, unless `eventLog` says otherwise. */
  readonly error: LogMethod;
  /** Returns whether records of this level are written: `logging.level`. */
  isLevelEnabled(level: LogLevel): boolean;
  /** Creates a log whose records have these data too. */
  child(bindings: LogData): ServiceLog;
}

/** Context of every handler. */
export interface ServiceContext {
  /** Name that the service is installed with. */
  readonly name: string;
  /** The instance, such as `'8081'` of `Orders@8081`; `undefined` where the service is none. See `ServiceOptions.instance`. */
  readonly instance: string | undefined;
  /** Arguments of StartService (`sc start NAME a b`), without the service's name. On a console: those of the command line. */
  readonly args: readonly string[];
  /** Aborts when the service begins to stop, with a {@link StopReason} as its reason. In a {@link StopContext}: at the deadline. */
  readonly signal: AbortSignal;
  /** State that the SCM has of the service; `'stopPending'` as soon as the service begins to stop. */
  readonly state: ServiceState;
  /** Log of the service. */
  readonly log: ServiceLog;
  /** Time at which this handler must be done; `undefined`: no limit. */
  readonly deadline: Date | undefined;
  /** Milliseconds until the deadline, never below 0; `Infinity`: no limit. */
  readonly timeLeft: number;
  /**
   * Reports progress in a pending state to the SCM: the checkpoint goes up. The deadline stays. `message` goes to the
   * listeners of `service.on('checkpoint')`.
   *
   * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-setservicestatus
   */
  checkpoint(message?: string): void;
  /** Extends the deadline of this handler to at least this time from now. Has no effect at a shutdown of the system. @throws RangeError when it isn't a duration. */
  requestTime(time: Duration): void;
  /** Registers a hook for the stop of the service. Hooks run after `stop`, the last one registered first. @throws RangeError when `timeout` isn't a duration. */
  onShutdown(name: string, hook: ShutdownHook, options?: HookOptions): void;
  /** Sets the code that STOPPED reports at a stop without a failure. Default `{ win32: 0 }`. */
  setExitCode(exit: ExitCode): void;
  /** Makes the service fail: it stops, and STOPPED reports a code other than 0 (1064, or `exit`), so that recovery starts it again. */
  fail(error: unknown, exit?: ExitCode): void;
}

/** Context of `stop` and of the shutdown hooks. */
export interface StopContext extends ServiceContext {
  /** Reason of the stop. */
  readonly reason: StopReason;
  /** Time at which this handler must be done. */
  readonly deadline: Date;
  /** Error that made the service fail, when `reason` is `'failure'`. */
  readonly error: Error | undefined;
}

/** Work that a service does when it stops. The stop waits for it. */
export type ShutdownHook = (ctx: StopContext) => unknown;

/** Order and time of a shutdown hook. */
export interface HookOptions {
  /** Time that the hook may take. Default, and at most: the rest of the time for the stop. */
  readonly timeout?: Duration;
  /** Order: hooks with a higher one run earlier; those of the same order run last registered first. Default 0. */
  readonly order?: number;
  /** Name of a group. Its hooks run at the same time, when the first of them has its turn. Default: each hook runs alone. */
  readonly group?: string;
}
