import { hostname } from 'node:os';
import { inspect } from 'node:util';

/** pino's numbers, which most tools know. */
const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const;

/** A line of a JSON log, in the form that pino made common. */
export function formatJsonLine(
  service: string,
  level: keyof typeof LEVELS,
  message: string,
  data: Readonly<Record<string, unknown>> = {},
): string {
  const base = {
    level: LEVELS[level],
    time: new Date().toISOString(),
    pid: process.pid,
    hostname: hostname(),
    name: service,
  };
  try {
    return `${stringify({ ...base, ...data, msg: message })}\n`;
  } catch {
    // A getter or toJSON of the app's threw; the message matters more than its data.
    return `${stringify({ ...base, data: inspect(data), msg: message })}\n`;
  }
}

/** JSON of whatever an app logs: errors with stack and cause, circles, bigint. */
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
