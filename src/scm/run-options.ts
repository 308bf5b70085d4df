import type { Duration } from '../util/duration.ts';
import type { LogLevel } from '../util/log.ts';

/** Log files of a service, which has no console. */
export interface LoggingOptions {
  /** Folder. Default `%ProgramData%\<service>\logs`. It is made, for the account of the service and administrators only. */
  readonly dir?: string;
  /** Size at which a file is rotated: a number of bytes or `'500K'`, `'10M'` (default), `'1G'`. */
  readonly maxSize?: number | `${number}${'K' | 'M' | 'G'}`;
  /** Number of old files of each kind that are kept. Default 10. */
  readonly maxFiles?: number;
  /** Rotation by time too. Default: by size only. */
  readonly interval?: 'hourly' | 'daily';
  /** `true`: old files are compressed with gzip. Default `false`. */
  readonly compress?: boolean;
  /** Lowest level of `ctx.log` that is written, anywhere. Default `'debug'`: all of them. */
  readonly level?: LogLevel;
  /** `true`: standard output, standard error and console go to files too. Default `true`. */
  readonly captureOutput?: boolean;
}

/** Options of `ServiceOptions.crashReport`. */
export interface CrashReportOptions {
  /** Folder. Default `%ProgramData%\\<service>\\reports`. It is made, for the account of the service and administrators only. */
  readonly dir?: string;
  /** Number of reports that are kept; the oldest are deleted first. Default 5. */
  readonly keep?: number;
}

/** Options of `ServiceOptions.hang`. */
export interface HangOptions {
  /** Time that the event loop may be blocked, at least 1 s. Default 30 s. */
  readonly timeout?: Duration;
  /** `'report'` (default): logs the stack. `'fail'`: also reports STOPPED with 1053 and ends the process, so that recovery starts it again. */
  readonly action?: 'report' | 'fail';
}

/** Time that each handler may take. A handler that takes longer makes the service fail. */
export interface TimeoutOptions {
  /** `start`. Default 30 s. `ctx.requestTime` extends it. */
  readonly start?: Duration;
  /** `stop` and all shutdown hooks together. Default 20 s. */
  readonly stop?: Duration;
  /** `pause`. Default 20 s. */
  readonly pause?: Duration;
  /** `resume`. Default 20 s. */
  readonly resume?: Duration;
  /** Each handler of `on` and `commands`. Default 30 s. */
  readonly control?: Duration;
  /** Stop at a shutdown. Default, and at most: the time that the system gives (WaitToKillServiceTimeout, 5 s) less a second. */
  readonly shutdown?: Duration;
  /** Stop at a preshutdown. Default, and at most: `install.preshutdownTimeout` (10 s) less a second. */
  readonly preshutdown?: Duration;
}

/** Names of {@link TimeoutOptions}. */
export const TIMEOUTS = ['start', 'stop', 'pause', 'resume', 'control', 'shutdown', 'preshutdown'] as const;
