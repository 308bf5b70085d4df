import { type Duration, toMs } from '../../util/duration.ts';
import { ApiError } from './api-error.ts';
import { decodeCursor, encodeCursor } from './page-of.ts';

/** Place in a log: a moment, and how many records of that moment were read already. */
export interface LogPlace {
  readonly since: Date;
  readonly skip: number;
}

/** Reads the place that a cursor stands for. @throws ApiError INVALID_REQUEST */
export function placeOf(cursor: string | undefined): LogPlace | undefined {
  if (cursor === undefined) return undefined;
  const [, since, skip] = /^(\d{1,15})\+(\d{1,9})$/.exec(decodeCursor(cursor)) ?? [];
  if (since !== undefined) return { since: new Date(Number(since)), skip: Number(skip) };
  const problems = [{ path: 'query.cursor', message: 'is a cursor of something else' }];
  throw new ApiError('INVALID_REQUEST', { detail: 'query.cursor is a cursor of something else.', problems });
}

/** Makes the cursor for the records after these. */
export function nextPlace(
  records: readonly { readonly time?: string | undefined }[],
  before: LogPlace | undefined,
): string | undefined {
  const last = records.findLast(({ time }) => time !== undefined)?.time;
  if (last === undefined) return before && encodeCursor(`${before.since.getTime()}+${before.skip}`);
  const same = records.filter(({ time }) => time === last).length;
  const carried = before?.since.toISOString() === last ? before.skip : 0;
  return encodeCursor(`${Date.parse(last)}+${same + carried}`);
}

/** Reads `since`: a length of time before now, or a point in time. */
export function sinceOf(text: string | undefined, now: number): Date | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/.test(text)) return new Date(now - toMs(text as Duration, 'since'));
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  const problems = [{ path: 'query.since', message: 'is no moment in ISO 8601' }];
  throw new ApiError('INVALID_REQUEST', { detail: 'query.since is no moment in ISO 8601.', problems });
}

/** Takes at most `limit` records, after passing over those that were read before. */
export async function take<T extends { readonly time?: string | undefined }>(
  records: AsyncIterable<T>,
  place: LogPlace | undefined,
  limit: number,
): Promise<T[]> {
  const taken: T[] = [];
  const moment = place?.since.toISOString();
  let skip = place?.skip ?? 0;
  for await (const record of records) {
    if (skip > 0 && record.time === moment) skip -= 1;
    else if (taken.push(record) >= limit) break;
  }
  return taken;
}
