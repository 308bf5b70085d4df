import { Win32Error } from '../../errors/win32-error.ts';
import type { EventCursor, EventQuery, EventReader, RenderedEvent } from '../../scm/event-log.ts';
import type { Ffi, NativeMemory } from '../ffi/ffi.ts';
import { type BoundTable, bindTable } from '../bind-table.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import {
  ERROR_INSUFFICIENT_BUFFER,
  ERROR_NO_MORE_ITEMS,
  ERROR_TIMEOUT,
  EVT_QUERY,
  EVT_RENDER_EVENT_XML,
  EVT_SUBSCRIBE,
  RPC_S_INVALID_BOUND,
} from './constants.ts';
import { openEventSession } from './event-session.ts';
import { READ_FUNCTIONS } from './functions.ts';
import { EventMessages } from './event-messages.ts';
import { WaitHub } from './wait-hub.ts';

type Api = BoundTable<typeof READ_FUNCTIONS>;

/** Events that are fetched at a time: with more, EvtNext fails with 1734 where events are large. */
const BATCH = 30;
const INFINITE = 0xffff_ffff;
/** Most events; a larger one makes it grow, up to the 64 KB that an event can have, several times over as XML. */
const XML_BYTES = 16_384;

/** Reads the event logs of Windows. https://learn.microsoft.com/windows/win32/wes/consuming-events */
export function createWin32EventReader(ffi: Ffi): EventReader {
  const api = bindTable(ffi, READ_FUNCTIONS);
  const hub = new WaitHub(ffi, api);
  return {
    async open(query) {
      const session = query.machine === undefined ? undefined : await openEventSession(ffi, api, query.machine);
      try {
        const source =
          query.follow === 'no' ? await openQuery(api, session, query) : await subscribe(ffi, api, session, query);
        return new Win32EventCursor(ffi, api, hub, query, { session, ...source });
      } catch (error) {
        if (session !== undefined) api.EvtClose(session);
        throw error;
      }
    },
  };
}

interface Handles {
  readonly session: bigint | undefined;
  readonly results: bigint;
  /** Set when there is more; only where it follows. */
  readonly arrived: bigint | undefined;
}

/** https://learn.microsoft.com/windows/win32/api/winevt/nf-winevt-evtquery */
async function openQuery(api: Api, session: bigint | undefined, query: EventQuery) {
  const flags = EVT_QUERY.CHANNEL_PATH | (query.newestFirst ? EVT_QUERY.REVERSE : EVT_QUERY.FORWARD);
  const { value, lastError } = await api.EvtQuery.async(session ?? null, query.log, query.query, flags);
  if (!value) throw readError('EvtQuery', query, lastError);
  return { results: value as bigint, arrived: undefined };
}

/** In the pull model: no thread of Windows ever calls into JavaScript. https://learn.microsoft.com/windows/win32/wes/subscribing-to-events */
async function subscribe(ffi: Ffi, api: Api, session: bigint | undefined, query: EventQuery) {
  const arrived = api.CreateEventW(null, 1, 0, null) as bigint;
  if (!arrived) throw readError('CreateEventW', query, ffi.lastError());
  const start = query.follow === 'fromOldest' ? EVT_SUBSCRIBE.OLDEST : EVT_SUBSCRIBE.FUTURE;
  const { value, lastError } = await api.EvtSubscribe.async(
    session ?? null,
    arrived,
    query.log,
    query.query,
    null,
    null,
    null,
    start,
  );
  if (!value) {
    api.CloseHandle(arrived);
    throw readError('EvtSubscribe', query, lastError);
  }
  return { results: value as bigint, arrived };
}

class Win32EventCursor implements EventCursor {
  readonly #ffi: Ffi;
  readonly #api: Api;
  readonly #hub: WaitHub;
  readonly #query: EventQuery;
  readonly #handles: Handles;
  readonly #messages: EventMessages | undefined;
  /** The handles of a batch, and behind them their number. */
  readonly #batch: NativeMemory;
  #xml: NativeMemory;
  #atOnce = BATCH;

  constructor(ffi: Ffi, api: Api, hub: WaitHub, query: EventQuery, handles: Handles) {
    this.#ffi = ffi;
    this.#api = api;
    this.#hub = hub;
    this.#query = query;
    this.#handles = handles;
    this.#messages = query.messages ? new EventMessages(ffi, api, handles.session) : undefined;
    this.#batch = ffi.alloc(BATCH * POINTER_BYTES + 4);
    this.#xml = ffi.alloc(XML_BYTES);
  }

  async next(signal: AbortSignal | undefined): Promise<readonly RenderedEvent[]> {
    const { arrived, results } = this.#handles;
    signal?.throwIfAborted();
    const cancel = (): void => {
      this.#api.EvtCancel(results);
      if (arrived !== undefined) void this.#hub.stop(arrived);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      for (;;) {
        // Before the look, not after it: what arrives in between then ends the wait.
        if (arrived !== undefined) this.#api.ResetEvent(arrived);
        const events = await this.#take(signal);
        if (events.length > 0 || arrived === undefined) return await this.#renderAll(events);
        this.#messages?.release();
        await this.#hub.wait(arrived);
        signal?.throwIfAborted();
      }
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    const { session, results, arrived } = this.#handles;
    if (arrived !== undefined) await this.#hub.stop(arrived);
    this.#messages?.close();
    this.#api.EvtClose(results);
    if (arrived !== undefined) this.#api.CloseHandle(arrived);
    if (session !== undefined) this.#api.EvtClose(session);
    this.#batch.free();
    this.#xml.free();
  }

  /** https://learn.microsoft.com/windows/win32/api/winevt/nf-winevt-evtnext */
  async #take(signal: AbortSignal | undefined): Promise<bigint[]> {
    const { address, buffer } = this.#batch;
    const count = BATCH * POINTER_BYTES;
    const { value, lastError } = await this.#api.EvtNext.async(
      this.#handles.results,
      this.#atOnce,
      address,
      INFINITE,
      0,
      address + BigInt(count),
    );
    if (!value) {
      signal?.throwIfAborted();
      if (lastError === RPC_S_INVALID_BOUND && this.#atOnce > 1) {
        // These events are too large together: fewer at once.
        this.#atOnce = Math.ceil(this.#atOnce / 2);
        return this.#take(signal);
      }
      if (lastError === ERROR_NO_MORE_ITEMS || lastError === ERROR_TIMEOUT) return [];
      throw readError('EvtNext', this.#query, lastError);
    }
    return Array.from({ length: buffer.readUInt32LE(count) }, (_, index) =>
      POINTER_BYTES === 8 ? buffer.readBigUInt64LE(index * 8) : BigInt(buffer.readUInt32LE(index * 4)),
    );
  }

  async #renderAll(events: readonly bigint[]): Promise<RenderedEvent[]> {
    try {
      const rendered: RenderedEvent[] = [];
      for (const event of events) {
        const xml = this.#render(event);
        rendered.push({ xml, message: await this.#messages?.format(event, xml) });
      }
      return rendered;
    } finally {
      for (const event of events) this.#api.EvtClose(event);
    }
  }

  /** Only works on what EvtNext has fetched, so it can't block. https://learn.microsoft.com/windows/win32/api/winevt/nf-winevt-evtrender */
  #render(event: bigint): string {
    const out = Buffer.alloc(8);
    for (;;) {
      const { address, buffer } = this.#xml;
      const done = this.#api.EvtRender(
        null,
        event,
        EVT_RENDER_EVENT_XML,
        buffer.length,
        address,
        out.subarray(0, 4),
        out.subarray(4),
      );
      const used = out.readUInt32LE();
      if (done) return buffer.toString('utf16le', 0, used).replace(/\0+$/, '');
      const lastError = this.#ffi.lastError();
      if (lastError !== ERROR_INSUFFICIENT_BUFFER || used <= buffer.length)
        throw readError('EvtRender', this.#query, lastError);
      this.#xml.free();
      this.#xml = this.#ffi.alloc(used);
    }
  }
}

function readError(api: string, { log, machine, query }: EventQuery, win32Code: number): Win32Error {
  const where = machine === undefined ? '' : ` on ${machine}`;
  const what = query === '*' ? '' : ` (query ${query})`;
  return new Win32Error({ api, win32Code, action: `read the event log ${log}${where}${what}` });
}
