/** Severity of a log record. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Log levels, the lowest first. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Target of `ctx.log` and of the failure path. Must not throw. */
export interface LogSink {
  /** Takes a record: its level, its message and its data. */
  write(level: LogLevel, message: string, data?: Readonly<Record<string, unknown>>): void;
  /** Writes buffered records, blocking: the process is about to end. */
  flush?(): void;
  /** Lets records wait for up to 20 ms from now on: the service stops, and the end of the stop writes the rest. */
  gather?(): void;
}
