import type { LogLevel } from '../util/log.ts';
import type { LoggingOptions } from '../scm/run-options.ts';

/** Options for the Windows event log. */
export interface ServiceEventLogOptions {
  /** Event source that `installEventSource` created. Default: the service's name. */
  readonly source?: string;
  /** Log that the source must belong to. Default: any. */
  readonly log?: string;
  /** Lowest level that is written. Default `'warn'`. */
  readonly level?: LogLevel;
}

/** Checked {@link ServiceEventLogOptions}. */
export interface ResolvedEventLogOptions {
  readonly source: string;
  readonly log: string | undefined;
  readonly level: LogLevel;
  /** `true`: the definition asks for it: a missing source is then a warning. */
  readonly asked: boolean;
}

/** Folder of crash reports, and the number that is kept. */
export interface ResolvedCrashReportOptions {
  /** `undefined`: the default folder of the host. */
  readonly dir: string | undefined;
  readonly keep: number;
}

/** Settings with which a host opens the logs of a service and writes its crash reports. */
export interface LogSettings {
  readonly name: string;
  readonly logging: LoggingOptions | undefined;
  readonly eventLog: ResolvedEventLogOptions | undefined;
  readonly crashReport: ResolvedCrashReportOptions | undefined;
}
