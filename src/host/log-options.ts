import type { LogLevel } from '../util/log.ts';
import type { LoggingOptions } from '../scm/run-options.ts';

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
