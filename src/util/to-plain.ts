import { tidyStack } from './tidy-stack.ts';

/** Bounds of one record. Nesting beyond the first is of no use to a reader; the others keep a record from stopping the app. */
const MAX_DEPTH = 8;
const MAX_VALUES = 2_000;
const MAX_CHARACTERS = 256 * 1024;

/** Rest of the bounds. One budget can serve several values of a record. */
export interface PlainBudget {
  values: number;
  characters: number;
}

/**
 * Turns a value of the app into what JSON can hold: errors with type, message, stack, causes and their own fields; bigint,
 * Map, Set, Date and objects with a `toJSON`. Never throws, whatever getters, proxies and `toJSON` of the app do, and
 * takes a bounded time: circles, depth, number of values and length of text are cut, each with a mark.
 */
export function toPlain(value: unknown, budget: PlainBudget = newBudget()): unknown {
  return plain(value, [], budget);
}

/** Returns the bounds of one record. */
export function newBudget(): PlainBudget {
  return { values: MAX_VALUES, characters: MAX_CHARACTERS };
}

function plain(value: unknown, above: readonly unknown[], budget: PlainBudget): unknown {
  if (budget.values <= 0) return '[too much]';
  budget.values--;
  if (typeof value === 'string') return cut(value, budget);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (above.length >= MAX_DEPTH) return '[too deep]';
  try {
    return plainObject(value, [...above, value], budget);
  } catch {
    return '[unreadable]';
  }
}

function plainObject(value: object, path: readonly unknown[], budget: PlainBudget): unknown {
  if (value instanceof Error) return plainError(value, path, budget);
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`;
  const toJson = read(value, 'toJSON', undefined);
  if (typeof toJson === 'function') return plain(toJson.call(value), path, budget);
  if (Array.isArray(value)) return plainList(value.length, (i) => read(value, i, '[unreadable]'), path, budget);
  if (value instanceof Set) {
    const items = take(value, budget.values + 1);
    return plainList(items.length, (i) => items[i], path, budget);
  }
  if (value instanceof Map) {
    const entries = take(value as Map<unknown, unknown>, budget.values + 1);
    return Object.fromEntries(entries.map(([key, item]) => [describeKey(key), plain(item, path, budget)]));
  }
  return plainFields(value, path, budget);
}

function plainList(
  length: number,
  at: (i: number) => unknown,
  path: readonly unknown[],
  budget: PlainBudget,
): unknown[] {
  const items: unknown[] = [];
  for (let i = 0; i < length; i++) {
    if (budget.values <= 0) {
      items.push(`[${length - i} more]`);
      break;
    }
    items.push(plain(at(i), path, budget));
  }
  return items;
}

function plainFields(value: object, path: readonly unknown[], budget: PlainBudget): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  const keys = Object.keys(value);
  for (const [i, key] of keys.entries()) {
    if (budget.values <= 0) {
      fields.push(['…', `[${keys.length - i} more]`]);
      break;
    }
    fields.push([cut(key, budget), plain(read(value, key, '[unreadable]'), path, budget)]);
  }
  return Object.fromEntries(fields);
}

function plainError(error: Error, path: readonly unknown[], budget: PlainBudget): object {
  const text = (key: 'name' | 'message', otherwise: string): string => {
    const found = read(error, key, otherwise);
    return typeof found === 'string' ? cut(found, budget) : otherwise;
  };
  const stack = read(error, 'stack', undefined);
  const cause = read(error, 'cause', undefined);
  const errors = error instanceof AggregateError ? read(error, 'errors', undefined) : undefined;
  // First, so that many fields can't crowd them out.
  const own = {
    type: text('name', 'Error'),
    message: text('message', '[unreadable]'),
    ...(typeof stack === 'string' && { stack: cut(tidyStack(stack), budget) }),
    ...(cause !== undefined && { cause: plain(cause, path, budget) }),
    ...(errors !== undefined && { errors: plain(errors, path, budget) }),
  };
  return { ...plainFields(error, path, budget), ...own };
}

/** A property, or `otherwise` where a getter or proxy throws. */
function read(value: object, key: PropertyKey, otherwise: unknown): unknown {
  try {
    return Reflect.get(value, key) as unknown;
  } catch {
    return otherwise;
  }
}

function take<T>(items: Iterable<T>, most: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length >= most) break;
    taken.push(item);
  }
  return taken;
}

function describeKey(key: unknown): string {
  return typeof key === 'object' && key !== null ? '[object]' : String(key);
}

function cut(text: string, budget: PlainBudget): string {
  const kept = text.slice(0, Math.max(0, budget.characters));
  budget.characters -= kept.length;
  return kept.length === text.length ? text : `${kept}[${text.length - kept.length} more characters]`;
}
