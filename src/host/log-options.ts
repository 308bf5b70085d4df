import type { LogLevel } from '../util/log.ts';

/** Where the output of a service goes: it has no console. */
export interface LoggingOptions {
  /** Default `%ProgramData%\<service>\logs`. It is made, for the account of the service and administrators only. */
  readonly dir?: string;
  /** A file that grows beyond this is put aside. A number of bytes or `'500K'`, `'10M'` (default), `'1G'`. */
  readonly maxSize?: number | `${number}${'K' | 'M' | 'G'}`;
  /** How many old files of each kind are kept. Default 10. */
  readonly maxFiles?: number;
  /** Also put aside by time. Default: by size only. */
  readonly interval?: 'hourly' | 'daily';
  /** Old files are compressed with gzip. Default `false`. */
  readonly compress?: boolean;
  /** The lowest level of `ctx.log` that is written, anywhere. Default `'debug'`: all of them. */
  readonly level?: LogLevel;
  /** Standard output, standard error and console go to files too. Default `true`. */
  readonly captureOutput?: boolean;
}

/** How a service writes to the Windows event log. */
export interface ServiceEventLogOptions {
  /** The event source, as `installEventSource` made it. Default: the service's name. */
  readonly source?: string;
  /** The log that the source must belong to. Default: whichever it belongs to. */
  readonly log?: string;
  /** The lowest level that is written. Default `'warn'`. */
  readonly level?: LogLevel;
}

/** A checked {@link ServiceEventLogOptions}. */
export interface ResolvedEventLogOptions {
  readonly source: string;
  readonly log: string | undefined;
  readonly level: LogLevel;
  /** Whether the definition asks for it: then a source that is missing is worth a warning. */
  readonly asked: boolean;
}

/** See `ServiceOptions.crashReport`. */
export interface CrashReportOptions {
  /** Default `%ProgramData%\\<service>\\reports`. It is made, for the account of the service and administrators only. */
  readonly dir?: string;
  /** How many reports are kept; the oldest go first. Default 5. */
  readonly keep?: number;
}

/** Where crash reports go, and how many are kept. */
export interface ResolvedCrashReportOptions {
  /** Undefined: the host's own place for them. */
  readonly dir: string | undefined;
  readonly keep: number;
}

/** What a host needs to open the logs of a service, and to write its crash reports. */
export interface LogSettings {
  readonly name: string;
  readonly logging: LoggingOptions | undefined;
  readonly eventLog: ResolvedEventLogOptions | undefined;
  readonly crashReport: ResolvedCrashReportOptions | undefined;
}
