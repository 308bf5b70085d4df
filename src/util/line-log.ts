import { describe, describeThrown, isError } from './describe.ts';
import { toError } from './to-error.ts';

/** Most causes that are followed: a cause can lead back to its error. */
const MAX_CAUSES = 8;

type Data = Readonly<Record<string, unknown>>;

/** Formats a log line for people: time, level, message, data, and the stack of an error. */
export function formatLine(level: string, message: string, data: Data | undefined): string {
  const { error, rest } = splitData(data);
  const facts = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : describe(value, { breakLength: Infinity })}`,
  );
  const stack = error === undefined ? '' : `\n${describeError(error, message)}`;
  return `${new Date().toISOString()} ${level.toUpperCase().padEnd(5)} ${message}${facts.join('')}${stack}\n`;
}

/** Takes the error out of the data of a record: the field `error`, or `err` as pino calls it. */
export function splitData(data: Data = {}): { readonly error: unknown; readonly rest: Data } {
  const { error, ...rest } = data;
  if (error !== undefined || !isError(rest['err'])) return { error, rest };
  const { err, ...others } = rest;
  return { error: err, rest: others };
}

/** Describes an error and its causes below a line that has its message already. Never throws. */
export function describeError(error: unknown, message: string): string {
  const text = describeThrown(origin(error));
  const header = /^[^\n]*?: /.exec(text)?.[0] ?? '';
  const first = `${header}${message}\n`;
  return text.startsWith(first) ? text.slice(first.length) : text;
}

/** Finds the first cause: an error that only repeats the message of its cause adds nothing but frames. */
function origin(error: unknown): unknown {
  let found = error;
  for (let depth = 0; depth < MAX_CAUSES && isError(found); depth++) {
    const cause = causeOf(found);
    if (!isError(cause) || !toError(found).message.endsWith(toError(cause).message)) break;
    found = cause;
  }
  return found;
}

/** A getter of the app may throw. */
function causeOf(error: Error): unknown {
  try {
    return error.cause;
  } catch {
    return undefined;
  }
}
