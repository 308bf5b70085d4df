import { ServiceError } from '../errors/service-error.ts';

/** Levels by pino's numbers, which winston's names fit into. */
const LEVELS = {
  silly: 5,
  trace: 10,
  debug: 20,
  verbose: 25,
  http: 28,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
} as const;

/** A level of pino or winston by its name. */
export type LogSeverity = keyof typeof LEVELS;

/** The number of a level. @throws ServiceError INVALID_OPTIONS */
export function parseLevel(level: LogSeverity | number): number {
  const number = typeof level === 'number' ? level : (LEVELS as Readonly<Record<string, number>>)[level];
  if (number === undefined) {
    throw new ServiceError(
      'INVALID_OPTIONS',
      `level must be ${Object.keys(LEVELS).join(', ')} or a number; got '${level}'`,
    );
  }
  return number;
}

/** What the event log has for a level. */
export function severityOf(level: number): 'info' | 'warn' | 'error' {
  if (level >= LEVELS.error) return 'error';
  return level >= LEVELS.warn ? 'warn' : 'info';
}
