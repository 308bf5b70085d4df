import { inspect } from 'node:util';

/** A log line for people: time, level, message, data, and the stack of an error. */
export function formatLine(
  level: string,
  message: string,
  data: Readonly<Record<string, unknown>> | undefined,
): string {
  const { error, ...rest } = data ?? {};
  const facts = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })}`,
  );
  const stack = error === undefined ? '' : `\n${inspect(error)}`;
  return `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${message}${facts.join('')}${stack}\n`;
}
