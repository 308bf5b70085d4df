import type { EventLog } from '../write/event-log.ts';
import { formatRecord, takeExtras, without } from '../write/format-record.ts';
import { toSeverity } from '../write/log-level.ts';

/** Fields that pino adds to every line and the event log has itself, or that are formatted apart. */
const OWN = ['level', 'time', 'pid', 'hostname', 'msg', 'err', 'v'];

/** Creates a writer for lines of pino from a level up. A line that isn't JSON is written as it is: it may come from a crash. */
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
    const { extras, rest } = takeExtras(without(record, OWN));
    const text = formatRecord(typeof msg === 'string' ? msg : '', rest, isObject(err) ? err['stack'] : undefined);
    log.write(toSeverity(level), text, extras);
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
