import { ServiceError } from '../../errors/service-error.ts';
import { lookUp } from '../../util/look-up.ts';

/** Numbers of levels: those of pino, and numbers between them for the other names of winston. */
const LEVELS: Readonly<Record<LogSeverity, number>> = {
  silly: 5,
  trace: 10,
  debug: 20,
  verbose: 25,
  http: 28,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

/** Name of a level of pino or winston. */
export type LogSeverity = 'silly' | 'trace' | 'debug' | 'verbose' | 'http' | 'info' | 'warn' | 'error' | 'fatal';

/** Returns the number of a level. @throws ServiceError INVALID_OPTIONS */
export function parseLevel(level: LogSeverity | number): number {
  const number = typeof level === 'number' ? level : lookUp(LEVELS, level);
  if (number === undefined) {
    throw new ServiceError(
      'INVALID_OPTIONS',
      `level must be ${Object.keys(LEVELS).join(', ')} or a number; got '${level}'`,
    );
  }
  return number;
}

/** Returns the severity of the event log for the number of a level. */
export function toSeverity(level: number): 'info' | 'warn' | 'error' {
  if (level >= LEVELS.error) return 'error';
  return level >= LEVELS.warn ? 'warn' : 'info';
}
