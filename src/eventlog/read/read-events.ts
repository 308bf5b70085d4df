import type { EventCursor, EventReader } from '../../scm/event-log.ts';
import type { Duration } from '../../util/duration.ts';
import { type EventLevel, type EventSelection, selectEvents, toMoment } from './event-query.ts';
import { DEFAULT_LOG } from '../../scm/event-log.ts';
import { type EventEntry, parseEvent } from './parse-event.ts';

/** Selection of events, and the way to read them. */
export interface ReadEventsOptions {
  /** Name of the log. Default `'Application'`. */
  readonly log?: string;
  /** Name of the event source, or several. Default: all. */
  readonly source?: string | readonly string[];
  /** Event ids, 0 to 65535. Default: all. */
  readonly ids?: readonly number[];
  /** Earliest time, as a Date or as a time before now: `'1h'`. Default: no limit; with `follow`, now. */
  readonly since?: Date | Duration;
  /** Latest time, as a Date or as a time before now. Default: no limit. */
  readonly until?: Date | Duration;
  /** Lowest level, which includes all that are worse; or a list of exactly these. Default: all. */
  readonly level?: EventLevel | readonly EventLevel[];
  /** Event that comes first. Default `'oldest'`, which is the only order with `follow`. */
  readonly order?: 'oldest' | 'newest';
  /** Most events. Default: no limit. */
  readonly limit?: number;
  /** `true`: also events that are written from now on, until `signal` aborts or the loop is left. Default `false`. */
  readonly follow?: boolean;
  /** `true`: look up the message texts, which is most of the work. Default `true`. */
  readonly messages?: boolean;
  /** Ends the reading: the loop then throws the reason of the signal. Default: none. */
  readonly signal?: AbortSignal;
  /** Name of another machine. Default: this machine. */
  readonly machine?: string;
}

/** Reads in batches: only one is in memory, whatever the size of the log. */
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
