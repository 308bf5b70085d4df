import type { LogLevel } from '../../util/log.ts';
import type { Duration } from '../../util/duration.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { ServiceState } from '../../scm/states.ts';

/** Why a service stops. */
export type StopReason =
  /** STOP from the SCM, or `service.stop()`. */
  | 'stop'
  /** The system shuts down. */
  | 'shutdown'
  | 'preshutdown'
  /** Ctrl+C, Ctrl+Break, a closed terminal, a signal, or the stop key. */
  | 'console'
  /** A handler or the app failed. */
  | 'failure';

/** What a record has beside its message. An `Error` under any key is written with its stack and causes. */
export type LogData = Readonly<Record<string, unknown>>;

/** Writes one record: message first, or data first as in pino. An error alone is its own message. Never throws. */
export interface LogMethod {
  (message: string, data?: LogData | Error): void;
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
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  /** Whether records of this level are written: `logging.level`. */
  isLevelEnabled(level: LogLevel): boolean;
  /** A log whose records have these data too. */
  child(bindings: LogData): ServiceLog;
}

/** What every handler is given. */
export interface ServiceContext {
  /** The name of the service. */
  readonly name: string;
  /** The instance, such as `'8081'` of `Orders@8081`; `undefined` where the service is none. See `ServiceOptions.instance`. */
  readonly instance: string | undefined;
  /** The arguments of StartService (`sc start NAME a b`), without the service's name. On a console: those of the command line. */
  readonly args: readonly string[];
  /** Aborts when the service begins to stop, with a {@link StopReason} as its reason. In a StopContext: at the deadline. */
  readonly signal: AbortSignal;
  /** The state that the SCM has of the service; `'stopPending'` from the moment that the service begins to stop. */
  readonly state: ServiceState;
  readonly log: ServiceLog;
  /** When this handler must be done; `undefined` where there is no limit. */
  readonly deadline: Date | undefined;
  /** Milliseconds left until the deadline, never below 0; `Infinity` where there is no limit. */
  readonly timeLeft: number;
  /**
   * Tells the SCM of progress in a pending state: its checkpoint goes up. It doesn't move the deadline.
   *
   * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-setservicestatus
   */
  checkpoint(message?: string): void;
  /** Asks for at least this much time from now on, for this handler. */
  requestTime(time: Duration): void;
  /** Registers what must happen when the service stops. Hooks run after `stop`, the last one registered first. */
  onShutdown(name: string, hook: ShutdownHook, options?: HookOptions): void;
  /** The code that STOPPED reports at a stop without a failure. Default `{ win32: 0 }`. */
  setExitCode(exit: ExitCode): void;
  /** Lets the service fail: it stops, and STOPPED reports a code that isn't zero (1064, or `exit`), so that recovery fires. */
  fail(error: unknown, exit?: ExitCode): void;
}

/** What `stop` and the shutdown hooks are given. */
export interface StopContext extends ServiceContext {
  readonly reason: StopReason;
  readonly deadline: Date;
  /** Why the service failed, where `reason` is `'failure'`. */
  readonly error: Error | undefined;
}

/** Work that a service does when it stops. The stop waits for it. */
export type ShutdownHook = (ctx: StopContext) => unknown;

/** When a shutdown hook runs, and how long it may take. */
export interface HookOptions {
  /** How long the hook may take. Default, and at most: what is left of the time for the stop. */
  readonly timeout?: Duration;
  /** Hooks with a higher order run earlier; those of the same order run last registered first. Default 0. */
  readonly order?: number;
  /** Hooks of one group run at the same time, when the first of them has its turn. Default: each runs alone. */
  readonly group?: string;
}
