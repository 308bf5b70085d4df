import { ApiError } from './api-error.ts';

/** One page of a list whose order is stable, and the cursor of the next one. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** Cuts a page out of a list. The cursor names the last item, so that added or removed items don't shift the pages. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  cursor: string | undefined,
  limit: number,
): ListPage<T> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item) > after);
  const items = start < 0 ? [] : all.slice(start, start + limit);
  const last = items.at(-1);
  const isEnd = start < 0 || start + limit >= all.length;
  return { items, next: isEnd || last === undefined ? undefined : encodeCursor(keyOf(last)) };
}

/** Makes a cursor of a text. */
export function encodeCursor(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Reads a cursor. @throws ApiError INVALID_REQUEST for one that this API didn't make */
export function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (encodeCursor(text) === cursor) return text;
  const message = 'is not a cursor of this API';
  throw new ApiError('INVALID_REQUEST', {
    detail: `query.cursor ${message}`,
    problems: [{ path: 'query.cursor', message }],
  });
}
