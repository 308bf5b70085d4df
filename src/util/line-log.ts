import { inspect } from 'node:util';

type Data = Readonly<Record<string, unknown>>;

/** A log line for people: time, level, message, data, and the stack of an error. */
export function formatLine(level: string, message: string, data: Data | undefined): string {
  const { error, rest } = splitData(data);
  const facts = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })}`,
  );
  const stack = error === undefined ? '' : `\n${describeError(error, message)}`;
  return `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${message}${facts.join('')}${stack}\n`;
}

/** The error of a record, under our name for it or pino's, and the other data. */
export function splitData(data: Data = {}): { readonly error: unknown; readonly rest: Data } {
  const { error, ...rest } = data;
  if (error !== undefined || !(rest['err'] instanceof Error)) return { error, rest };
  const { err, ...others } = rest;
  return { error: err, rest: others };
}

/** The stack of an error and of its causes, below a line that has its message already. */
export function describeError(error: unknown, message: string): string {
  return formatStack(origin(error), message);
}

/** Where it began: an error that only repeats its cause, after what was tried, adds nothing but frames of ours. */
function origin(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  const repeats = error instanceof Error && cause instanceof Error && error.message.endsWith(cause.message);
  return repeats ? origin(cause) : error;
}

/** The line above it has the message already. */
function formatStack(error: unknown, message: string): string {
  const text = inspect(error);
  const header = error instanceof Error ? `${error.name}: ${message}\n` : undefined;
  return header !== undefined && text.startsWith(header) ? text.slice(header.length) : text;
}
