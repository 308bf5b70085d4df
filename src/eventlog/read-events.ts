import type { EventCursor, EventReader } from '../scm/event-log.ts';
import type { Duration } from '../util/duration.ts';
import { type EventLevel, type EventSelection, selectEvents, toMoment } from './event-query.ts';
import { DEFAULT_LOG } from './event-source.ts';
import { type EventEntry, parseEvent } from './parse-event.ts';

/** Which events to read. */
export interface ReadEventsOptions {
  /** Default `'Application'`. */
  readonly log?: string;
  /** Only from this source, or these. */
  readonly source?: string | readonly string[];
  readonly ids?: readonly number[];
  /** From a moment on, or from so long ago: `'1h'`. Default: from the beginning; with `follow` from now on. */
  readonly since?: Date | Duration;
  readonly until?: Date | Duration;
  /** A level means it and all that are worse; a list means exactly these. */
  readonly level?: EventLevel | readonly EventLevel[];
  /** Default `'oldest'` first. With `follow` it can't be otherwise. */
  readonly order?: 'oldest' | 'newest';
  /** Ends after so many. */
  readonly limit?: number;
  /** Goes on with what is written from now on, until `signal` aborts or the loop is left. */
  readonly follow?: boolean;
  /** Whether to look up the message texts, which is most of the work. Default true. */
  readonly messages?: boolean;
  readonly signal?: AbortSignal;
  /** Another machine. */
  readonly machine?: string;
}

/** Reads in batches: only one is held, whatever the size of the log. */
export async function* readWith(
  port: EventReader,
  options: ReadEventsOptions,
  now: number,
): AsyncGenerator<EventEntry, void, undefined> {
  const { log = DEFAULT_LOG, order = 'oldest', limit = Infinity, follow = false, messages = true, signal } = options;
  const since = toMoment(options.since, now, 'since');
  const selection = selectEvents({
    sources: typeof options.source === 'string' ? [options.source] : (options.source ?? []),
    ids: options.ids,
    since,
    until: toMoment(options.until, now, 'until'),
    level: options.level,
  });
  signal?.throwIfAborted();
  if (limit === 0) return;
  const cursor = await port.open({
    log,
    query: selection.query,
    newestFirst: order === 'newest',
    follow: follow ? (since ? 'fromOldest' : 'fromNow') : 'no',
    messages,
    machine: options.machine,
  });
  try {
    yield* take(cursor, selection, limit, signal);
  } finally {
    await cursor.close();
  }
}

async function* take(
  cursor: EventCursor,
  { ids, sources }: EventSelection,
  limit: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<EventEntry, void, undefined> {
  let left = limit;
  for (;;) {
    const batch = await cursor.next(signal);
    if (batch.length === 0) return;
    for (const rendered of batch) {
      const entry = parseEvent(rendered);
      if (ids && !ids.has(entry.id)) continue;
      if (sources && !sources.has(entry.source.toLowerCase())) continue;
      yield entry;
      signal?.throwIfAborted();
      if (--left <= 0) return;
    }
  }
}
