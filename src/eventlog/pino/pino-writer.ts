import type { EventLog } from '../event-log.ts';
import { extrasOf, formatRecord } from '../format-record.ts';
import { severityOf } from '../log-level.ts';

/** What pino adds to every line, and the event log has by itself. */
const OWN = ['level', 'time', 'pid', 'hostname', 'msg', 'err', 'v'];

/** Writes the lines of pino from a level up. A line that isn't JSON is written as it is: it may be all that is left of a crash. */
export function createPinoWriter(log: EventLog, minimum: number): (line: string) => void {
  return (line) => {
    const record = parse(line);
    if (!record) {
      if (line.trim() !== '') log.warn(line);
      return;
    }
    const level = typeof record['level'] === 'number' ? record['level'] : Number.MAX_VALUE;
    if (level < minimum) return;
    const { err, msg } = record;
    const text = formatRecord(
      typeof msg === 'string' ? msg : '',
      record,
      OWN,
      isObject(err) ? err['stack'] : undefined,
    );
    log.write(severityOf(level), text, extrasOf(record));
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
