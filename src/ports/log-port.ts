export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where `ctx.log` and the failure path write. Must not throw. */
export interface LogPort {
  write(level: LogLevel, message: string, data?: Readonly<Record<string, unknown>>): void;
}
