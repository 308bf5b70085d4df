import type { EventCursor, EventQuery, RenderedEvent } from '../../scm/event-log.ts';
import type { BoundTable } from '../bind-table.ts';
import type { Ffi, NativeMemory } from '../ffi/ffi.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import { ERROR_INSUFFICIENT_BUFFER, ERROR_TIMEOUT, EVT_RENDER_EVENT_XML, RPC_S_INVALID_BOUND } from './constants.ts';
import { ERROR_NO_MORE_ITEMS } from '../registry/constants.ts';
import { EventMessages } from './event-messages.ts';
import { openResults, readError } from './event-results.ts';
import type { READ_FUNCTIONS } from './functions.ts';
import type { WaitHub } from './wait-hub.ts';

/** Most events of one call: with more, EvtNext fails with 1734 where events are large. */
const BATCH = 30;
const INFINITE = 0xffff_ffff;
/** Room for the XML of most events, in bytes. It grows: an event can have 64 KB, which are several times as many as XML. */
const XML_BYTES = 16_384;

/** Everything that one reading works with. */
export interface CursorParts {
  readonly ffi: Ffi;
  readonly api: BoundTable<typeof READ_FUNCTIONS>;
  readonly hub: WaitHub;
  readonly query: EventQuery;
  readonly session: bigint | undefined;
  /** Event object that is set when there are more events; only where it follows. */
  readonly arrived: bigint | undefined;
}

/** Position in an event log of Windows. */
export class Win32EventCursor implements EventCursor {
  readonly #parts: CursorParts;
  readonly #messages: EventMessages | undefined;
  /** The handles of a batch, and behind them their number. */
  readonly #batch: NativeMemory;
  #results: bigint;
  #xml: NativeMemory;
  /** Bookmark of the last event that was read. */
  #bookmark: bigint | undefined;
  #atOnce: number;

  constructor(parts: CursorParts, results: bigint) {
    const { ffi, api, query, session } = parts;
    this.#parts = parts;
    this.#results = results;
    this.#messages = query.messages ? new EventMessages(ffi, api, session) : undefined;
    this.#batch = ffi.alloc(BATCH * POINTER_BYTES + 4);
    this.#xml = ffi.alloc(XML_BYTES);
    // One at first where there is no place to begin again: a single event is never too large for a call.
    this.#atOnce = query.follow === 'fromNow' ? 1 : BATCH;
  }

  async next(signal: AbortSignal | undefined): Promise<readonly RenderedEvent[]> {
    const { api, hub, arrived } = this.#parts;
    signal?.throwIfAborted();
    const cancel = (): void => {
      api.EvtCancel(this.#results);
      if (arrived !== undefined) void hub.stop(arrived);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      for (;;) {
        // Before EvtNext, not after it: an event that arrives in between then ends the wait.
        if (arrived !== undefined) api.ResetEvent(arrived);
        const events = await this.#take(signal);
        if (events.length > 0 || arrived === undefined) return await this.#renderAll(events);
        this.#messages?.release();
        await hub.wait(arrived);
        signal?.throwIfAborted();
      }
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    const { api, hub, session, arrived } = this.#parts;
    if (arrived !== undefined) await hub.stop(arrived);
    this.#messages?.close();
    api.EvtClose(this.#results);
    if (this.#bookmark !== undefined) api.EvtClose(this.#bookmark);
    if (arrived !== undefined) api.CloseHandle(arrived);
    if (session !== undefined) api.EvtClose(session);
    this.#batch.free();
    this.#xml.free();
  }

  /** Source: https://learn.microsoft.com/windows/win32/api/winevt/nf-winevt-evtnext */
  async #take(signal: AbortSignal | undefined): Promise<bigint[]> {
    const { api, query } = this.#parts;
    const { address, buffer } = this.#batch;
    const count = BATCH * POINTER_BYTES;
    const { value, lastError } = await api.EvtNext.async(
      this.#results,
      this.#atOnce,
      address,
      INFINITE,
      0,
      address + BigInt(count),
    );
    if (!value) {
      signal?.throwIfAborted();
      if (lastError === RPC_S_INVALID_BOUND && this.#atOnce > 1) {
        this.#atOnce = Math.ceil(this.#atOnce / 2);
        await this.#reopen();
        return this.#take(signal);
      }
      if (lastError === ERROR_NO_MORE_ITEMS || lastError === ERROR_TIMEOUT) return [];
      throw readError('EvtNext', query, lastError);
    }
    const events = Array.from({ length: buffer.readUInt32LE(count) }, (_, index) =>
      POINTER_BYTES === 8 ? buffer.readBigUInt64LE(index * 8) : BigInt(buffer.readUInt32LE(index * 4)),
    );
    this.#remember(events.at(-1));
    return events;
  }

  /** Begins again after the last event that was read: EvtNext has gone on past those that it could not return. */
  async #reopen(): Promise<void> {
    const { api } = this.#parts;
    const before = this.#results;
    this.#results = await openResults(api, { ...this.#parts, after: this.#bookmark });
    api.EvtClose(before);
  }

  /** Source: https://learn.microsoft.com/windows/win32/wes/bookmarking-events */
  #remember(event: bigint | undefined): void {
    if (event === undefined) return;
    const { api, ffi, query } = this.#parts;
    if (this.#bookmark === undefined) {
      const created = api.EvtCreateBookmark(null) as bigint;
      if (!created) throw readError('EvtCreateBookmark', query, ffi.lastError());
      this.#bookmark = created;
      if (query.follow === 'fromNow') this.#atOnce = BATCH;
    }
    if (!api.EvtUpdateBookmark(this.#bookmark, event)) throw readError('EvtUpdateBookmark', query, ffi.lastError());
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
      for (const event of events) this.#parts.api.EvtClose(event);
    }
  }

  /** Only reads what EvtNext has fetched, so it doesn't block. Source: https://learn.microsoft.com/windows/win32/api/winevt/nf-winevt-evtrender */
  #render(event: bigint): string {
    const { api, ffi, query } = this.#parts;
    const out = Buffer.alloc(8);
    for (;;) {
      const { address, buffer } = this.#xml;
      const [usedOut, countOut] = [out.subarray(0, 4), out.subarray(4)];
      const done = api.EvtRender(null, event, EVT_RENDER_EVENT_XML, buffer.length, address, usedOut, countOut);
      const used = out.readUInt32LE();
      if (done) return buffer.toString('utf16le', 0, used).replace(/\0+$/, '');
      const lastError = ffi.lastError();
      if (lastError !== ERROR_INSUFFICIENT_BUFFER || used <= buffer.length)
        throw readError('EvtRender', query, lastError);
      this.#xml.free();
      this.#xml = ffi.alloc(used);
    }
  }
}
