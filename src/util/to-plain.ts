/** Deeper than this nobody reads a log. */
const MAX_DEPTH = 8;

/**
 * What JSON can hold of whatever an app logs: errors with type, message, stack, causes and their own fields; bigint,
 * Map, Set, Date and whatever has a `toJSON`; circles are cut. May throw what a getter or `toJSON` of the app throws.
 */
export function toPlain(value: unknown, above: readonly unknown[] = []): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (above.length >= MAX_DEPTH) return '[too deep]';
  const path = [...above, value];
  if (value instanceof Error) return plainError(value, path);
  if (hasToJson(value)) return toPlain(value.toJSON(), path);
  if (Array.isArray(value) || value instanceof Set)
    return [...(value as Iterable<unknown>)].map((item) => toPlain(item, path));
  const entries =
    value instanceof Map
      ? Array.from(value as Map<unknown, unknown>, ([key, item]) => [String(key), item])
      : Object.entries(value);
  return Object.fromEntries((entries as [string, unknown][]).map(([key, item]) => [key, toPlain(item, path)]));
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function plainError(error: Error, path: readonly unknown[]): object {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).map(([key, item]) => [key, toPlain(item, path)] as const);
  return {
    ...Object.fromEntries(own),
    type: name,
    message,
    stack,
    ...(cause === undefined ? {} : { cause: toPlain(cause, path) }),
    ...(error instanceof AggregateError
      ? { errors: (error.errors as readonly unknown[]).map((item) => toPlain(item, path)) }
      : {}),
  };
}
