import { Win32Error } from '../../errors/win32-error.ts';
import type { EventQuery } from '../../scm/event-log.ts';
import type { BoundTable } from '../bind-table.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import { EVT_QUERY, EVT_SEEK_RELATIVE_TO_BOOKMARK, EVT_SUBSCRIBE } from './constants.ts';
import type { READ_FUNCTIONS } from './functions.ts';

type Api = BoundTable<typeof READ_FUNCTIONS>;

/** Place to read from: where, and from which event on. */
export interface ResultsRequest {
  readonly query: EventQuery;
  /** Session with another machine; `undefined`: this machine. */
  readonly session: bigint | undefined;
  /** Event object that Windows sets when there are more events; `undefined`: existing events only. */
  readonly arrived: bigint | undefined;
  /** Bookmark of the last event that was read; `undefined`: from the start of the query. */
  readonly after: bigint | undefined;
}

/** Opens the events of a query and returns the handle for EvtNext. @throws Win32Error */
export function openResults(api: Api, request: ResultsRequest): Promise<bigint> {
  return request.arrived === undefined ? openQuery(api, request) : subscribe(api, request, request.arrived);
}

/** Source: https://learn.microsoft.com/windows/win32/api/winevt/nf-winevt-evtquery */
async function openQuery(api: Api, { query, session, after }: ResultsRequest): Promise<bigint> {
  const flags = EVT_QUERY.CHANNEL_PATH | (query.newestFirst ? EVT_QUERY.REVERSE : EVT_QUERY.FORWARD);
  const { value, lastError } = await api.EvtQuery.async(session ?? null, query.log, query.query, flags);
  if (!value) throw readError('EvtQuery', query, lastError);
  const results = value as bigint;
  if (after === undefined) return results;
  const next = POINTER_BYTES === 8 ? [1n] : [1, 0];
  const sought = await api.EvtSeek.async(results, ...next, after, 0, EVT_SEEK_RELATIVE_TO_BOOKMARK);
  if (sought.value) return results;
  api.EvtClose(results);
  throw readError('EvtSeek', query, sought.lastError);
}

/**
 * Subscribes in the pull model: no thread of Windows ever calls JavaScript.
 *
 * Source: https://learn.microsoft.com/windows/win32/wes/subscribing-to-events
 */
async function subscribe(api: Api, { query, session, after }: ResultsRequest, arrived: bigint): Promise<bigint> {
  const first = query.follow === 'fromOldest' ? EVT_SUBSCRIBE.OLDEST : EVT_SUBSCRIBE.FUTURE;
  const { value, lastError } = await api.EvtSubscribe.async(
    session ?? null,
    arrived,
    query.log,
    query.query,
    after ?? null,
    null,
    null,
    after === undefined ? first : EVT_SUBSCRIBE.AFTER_BOOKMARK,
  );
  if (!value) throw readError('EvtSubscribe', query, lastError);
  return value as bigint;
}

/** Creates the error of a call that reads a log. */
export function readError(api: string, { log, machine, query }: EventQuery, win32Code: number): Win32Error {
  const where = machine === undefined ? '' : ` on ${machine}`;
  const what = query === '*' ? '' : ` (query ${query})`;
  return new Win32Error({ api, win32Code, action: `read the event log ${log}${where}${what}` });
}
