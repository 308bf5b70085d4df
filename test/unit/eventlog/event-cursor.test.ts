import { describe, expect, it } from 'vitest';
import type { EventQuery } from '../../../src/scm/event-log.ts';
import { createWin32EventReader } from '../../../src/win32/eventlog/event-reader.ts';
import type { FfiValue } from '../../../src/win32/ffi/ffi.ts';
import { POINTER_BYTES } from '../../../src/win32/ffi/struct.ts';
import { FakeFfi } from '../win32/fake-ffi.ts';

const EVENT = 0x7000_0000_0000n;
const ARRIVED = 0x900n;
const INVALID_BOUND = 1734;
const NO_MORE_ITEMS = 259;

/**
 * An event log as Windows behaves: EvtNext fails with 1734 when the events of a call are too large together, and its
 * position is behind them all the same.
 */
class FakeLog {
  readonly sizes: number[];
  /** Number of events of each successful EvtNext. */
  readonly batches: number[] = [];
  /** Handles that are open, by kind. */
  readonly open = new Map<bigint, string>();
  readonly ffi: FakeFfi;
  /** Events that are written while a follower waits. */
  later: number[] = [];
  asked = 0;
  #next = 0x100n;
  #position = 0;
  #bookmarked = 0;

  constructor(sizes: number[], roomForEvents = 1_000) {
    this.sizes = sizes;
    const open = (kind: string): bigint => {
      this.open.set(++this.#next, kind);
      return this.#next;
    };
    const eventOf = (handle: FfiValue): number => Number((handle as bigint) - EVENT);
    this.ffi = new FakeFfi({
      CreateEventW: () => ({ value: ARRIVED }),
      ResetEvent: () => ({ value: 1 }),
      SetEvent: () => ({ value: 1 }),
      CloseHandle: () => ({ value: 1 }),
      WaitForMultipleObjects: () => {
        this.sizes.push(...this.later.splice(0));
        return { value: 1 };
      },
      EvtClose: (handle) => {
        this.open.delete(handle as bigint);
        return { value: 1 };
      },
      EvtCancel: () => ({ value: 1 }),
      EvtQuery: () => {
        this.#position = 0;
        return { value: open('results') };
      },
      EvtSubscribe: (_session, _signal, _log, _query, bookmark, _context, _callback, flags) => {
        this.#position = flags === 3 ? this.#bookmarked : flags === 2 ? 0 : this.sizes.length;
        expect(flags === 3).toBe(bookmark !== null);
        return { value: open('results') };
      },
      EvtSeek: (...args) => {
        expect(args.at(-1)).toBe(4);
        this.#position = this.#bookmarked;
        return { value: 1 };
      },
      EvtCreateBookmark: () => ({ value: open('bookmark') }),
      EvtUpdateBookmark: (_bookmark, event) => {
        this.#bookmarked = eventOf(event) + 1;
        return { value: 1 };
      },
      EvtNext: (_results, size, address) => {
        this.asked = Math.max(this.asked, Number(size));
        const from = this.#position;
        const found = this.sizes.slice(from, from + Number(size));
        this.#position = from + found.length;
        if (found.length === 0) return { value: 0, lastError: NO_MORE_ITEMS };
        if (found.reduce((sum, bytes) => sum + bytes, 0) > roomForEvents && found.length > 1)
          return { value: 0, lastError: INVALID_BOUND };
        this.batches.push(found.length);
        const memory = this.ffi.memory.get(address as bigint) as Buffer;
        found.forEach((_, index) => {
          const handle = EVENT + BigInt(from + index);
          this.open.set(handle, 'event');
          memory.writeBigUInt64LE(handle, index * POINTER_BYTES);
        });
        memory.writeUInt32LE(found.length, memory.length - 4);
        return { value: 1 };
      },
      EvtRender: (_context, event, _flags, size, address, used) => {
        const xml = Buffer.from(`<Event><System><Provider Name='P${eventOf(event) % 3}'/></System></Event>`, 'utf16le');
        (used as Buffer).writeUInt32LE(xml.length);
        if (Number(size) < xml.length) return { value: 0, lastError: 122 };
        xml.copy(this.ffi.memory.get(address as bigint) as Buffer);
        return { value: 1 };
      },
      EvtOpenPublisherMetadata: () => ({ value: open('publisher') }),
      EvtFormatMessage: (_publisher, event, _n, _v, _p, _f, _room, address) => {
        const memory = this.ffi.memory.get((address as bigint) - 4n) as Buffer;
        const text = `event ${eventOf(event)}\0`;
        memory.writeUInt32LE(text.length, 0);
        memory.write(text, 4, 'utf16le');
        return { value: 1 };
      },
    });
  }

  kinds(): string[] {
    return [...this.open.values()].filter((kind) => kind !== 'event').sort();
  }

  /** Reads so many events. */
  async read(query: Partial<EventQuery>, count: number): Promise<(string | undefined)[]> {
    const cursor = await createWin32EventReader(this.ffi).open({
      log: 'Application',
      query: '*',
      newestFirst: false,
      follow: 'no',
      messages: true,
      machine: undefined,
      ...query,
    });
    const texts: (string | undefined)[] = [];
    while (texts.length < count) {
      const batch = await cursor.next(undefined);
      if (batch.length === 0) break;
      texts.push(...batch.map(({ message }) => message));
    }
    await cursor.close();
    return texts;
  }
}
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `event ${from + index}`);

describe('reading in batches', () => {
  it('asks for 30 events at most, however many there are', async () => {
    const log = new FakeLog(Array.from({ length: 1_000 }, () => 1));
    expect(await log.read({}, Infinity)).toEqual(numbered(0, 1_000));
    expect([log.asked, Math.max(...log.batches)]).toEqual([30, 30]);
    expect([...log.open.values()]).toEqual([]);
    expect(log.ffi.memory.size).toBe(0);
  });

  it.each([
    ['the first ones', Array.from({ length: 100 }, (_, i) => (i < 40 ? 300 : 1))],
    ['the last ones', Array.from({ length: 100 }, (_, i) => (i > 70 ? 300 : 1))],
    ['all', Array.from({ length: 100 }, () => 600)],
    ['every seventh', Array.from({ length: 200 }, (_, i) => (i % 7 === 0 ? 900 : 10))],
    ['one that alone is larger than a call', [1, 1, 5_000, 1, 5_000, 5_000, 1]],
  ])('loses and repeats none at 1734, where these are large: %s', async (_, sizes) => {
    for (const query of [{}, { newestFirst: true }, { follow: 'fromOldest' as const }]) {
      const log = new FakeLog([...sizes]);
      expect(await log.read(query, sizes.length)).toEqual(numbered(0, sizes.length));
      expect([...log.open.values()]).toEqual([]);
    }
  });

  it('loses none of those that are written while it follows from now on', async () => {
    const log = new FakeLog([1, 1, 1]);
    log.later = Array.from({ length: 90 }, () => 400);
    expect(await log.read({ follow: 'fromNow' }, 90)).toEqual(numbered(3, 93));
    expect(log.batches[0]).toBe(1);
  });

  it('closes the message files of all publishers while it waits', async () => {
    const log = new FakeLog([1, 1, 1, 1]);
    const cursor = await createWin32EventReader(log.ffi).open({
      log: 'Application',
      query: '*',
      newestFirst: false,
      follow: 'fromOldest',
      messages: true,
      machine: undefined,
    });
    await cursor.next(undefined);
    expect(log.kinds()).toEqual(['bookmark', 'publisher', 'publisher', 'publisher', 'results']);
    let whileWaiting: string[] = [];
    log.later = [1];
    const push = log.sizes.push.bind(log.sizes);
    log.sizes.push = (...items) => {
      whileWaiting = log.kinds();
      return push(...items);
    };
    await cursor.next(undefined);
    expect(whileWaiting).toEqual(['bookmark', 'results']);
    await cursor.close();
    expect(log.kinds()).toEqual([]);
  });
});
