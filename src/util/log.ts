/** How important a line of the log is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The least important first. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Where `ctx.log` and the failure path write. Must not throw. */
export interface LogSink {
  write(level: LogLevel, message: string, data?: Readonly<Record<string, unknown>>): void;
  /** Writes what is still on its way, blocking: the process is about to end. */
  flush?(): void;
}
