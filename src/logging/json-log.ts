import { hostname } from 'node:os';
import type { LogPort } from '../ports/log-port.ts';

/** pino's numbers, which most tools know. */
const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const;

/** Writes one JSON object a line, in the form that pino made common, so that its tools can read it. */
export function createJsonLog(
  service: string,
  write: (line: string) => void,
  now: () => Date = () => new Date(),
): LogPort {
  const base = { pid: process.pid, hostname: hostname(), name: service };
  return {
    write(level, message, data) {
      const record = { level: LEVELS[level], time: now().toISOString(), ...base, ...data, msg: message };
      write(`${stringify(record)}\n`);
    },
  };
}

/** JSON of anything that is thrown at it: errors with stack and cause, circles, bigint. */
function stringify(value: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return item.toString();
    if (item instanceof Error) {
      const { name, message, stack, cause } = item;
      return Object.assign({}, item, { type: name, message, stack }, cause === undefined ? {} : { cause });
    }
    if (typeof item !== 'object' || item === null) return item;
    if (seen.has(item)) return '[seen before]';
    seen.add(item);
    return item;
  });
}
