import type { LogLevel } from '../../util/log.ts';
import { LEVEL_NUMBERS } from '../../util/json-line.ts';

/** Line of a JSON log. Missing fields are `undefined`: other programs may have written to the file. */
export interface LogLine {
  /** The line as it is in the file. */
  readonly text: string;
  /** Time of the record. */
  readonly time: Date | undefined;
  /** Level of the record. */
  readonly level: LogLevel | undefined;
  /** Message of the record. */
  readonly message: string | undefined;
  /** Fields beside those that every record has. */
  readonly data: Readonly<Record<string, unknown>>;
}

const LEVELS = Object.entries(LEVEL_NUMBERS) as [LogLevel, number][];

/** Parses a line. Never throws: a line that isn't JSON has only its text. */
export function parseLogLine(text: string): LogLine {
  const record = parse(text);
  if (record === undefined) return { text, time: undefined, level: undefined, message: undefined, data: {} };
  const { level, time, pid: _pid, hostname: _hostname, name: _name, msg, ...data } = record;
  const at = typeof time === 'string' || typeof time === 'number' ? new Date(time) : undefined;
  return {
    text,
    time: at && !Number.isNaN(at.getTime()) ? at : undefined,
    level: typeof level === 'number' ? levelOf(level) : undefined,
    message: typeof msg === 'string' ? msg : undefined,
    data,
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Finds the level for a number: pino has levels between and beyond ours. */
function levelOf(number: number): LogLevel {
  return LEVELS.findLast(([, least]) => number >= least)?.[0] ?? 'debug';
}
