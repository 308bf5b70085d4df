import { inspect } from 'node:util';
import { toPlain } from './to-plain.ts';

const MAX_CHARACTERS = 64 * 1024;
/** Bounds for values that are inspected as they are. All others are made plain first, which bounds them. */
const OPTIONS = { depth: 6, maxArrayLength: 1_000, maxStringLength: MAX_CHARACTERS } as const;

/** Text for any value, as `util.inspect` gives it. Never throws, and is bounded in time and length. */
export function describe(value: unknown, options: { readonly breakLength?: number } = {}): string {
  try {
    const shown = isPlainData(value) ? toPlain(value) : value;
    return cut(inspect(shown, { ...OPTIONS, ...options }));
  } catch {
    return fallback(value);
  }
}

/** Text for an error: its stack, its own fields and its causes. Never throws, and is bounded in time and length. */
export function describeThrown(thrown: unknown): string {
  if (!isError(thrown)) return describe(thrown);
  return cut(formatError(toPlain(thrown) as PlainError));
}

/** Checks for an error. Unlike `instanceof` it doesn't throw for a revoked proxy. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

interface PlainError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function formatError({ type, message, stack = `${type}: ${message}`, cause, errors, ...fields }: PlainError): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${describe(value)}`);
  if (cause !== undefined) lines.push(`[cause]: ${isPlainError(cause) ? formatError(cause) : describe(cause)}`);
  if (errors !== undefined) {
    const each = Array.isArray(errors) ? (errors as unknown[]) : [errors];
    lines.push(
      `[errors]: [${each.map((one) => `\n${isPlainError(one) ? formatError(one) : describe(one)}`).join(',')}\n]`,
    );
  }
  if (lines.length === 0) return stack;
  return `${stack} {\n${indent(lines.join(',\n'))}\n}`;
}

function isPlainError(value: unknown): value is PlainError {
  return typeof value === 'object' && value !== null && 'type' in value && 'message' in value;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** Objects with a custom inspect show themselves: they may hide a secret. */
function isPlainData(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(inspect.custom in value);
}

function fallback(value: unknown): string {
  try {
    return `[unreadable ${typeof value === 'object' ? Object.prototype.toString.call(value) : typeof value}]`;
  } catch {
    return '[unreadable]';
  }
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS)}[${text.length - MAX_CHARACTERS} more characters]`;
}
