import { describe, expect, it } from 'vitest';
import { selectEvents } from '../../../src/eventlog/read/event-query.ts';
import { readEvents } from '../../../src/eventlog/index.ts';
import { parseEvent } from '../../../src/eventlog/read/parse-event.ts';
import { readWith, type ReadEventsOptions } from '../../../src/eventlog/read/read-events.ts';
import type { EventQuery, EventReader, RenderedEvent } from '../../../src/scm/event-log.ts';

const NONE = { sources: [], ids: undefined, since: undefined, until: undefined, level: undefined };
const system = (id: number): string =>
  `<System><Provider Name='Orders'/><EventID>${id}</EventID><Level>4</Level><TimeCreated SystemTime='2026-11-21T00:00:00Z'/></System>`;
const eventXml = (id: number, rest = ''): string => `<Event>${system(id)}${rest}</Event>`;

function createReader(batches: readonly (readonly RenderedEvent[])[]) {
  const state = { queries: [] as EventQuery[], taken: 0, closed: 0 };
  const port: EventReader = {
    open: async (query) => {
      state.queries.push(query);
      return {
        next: async () => batches[state.taken++] ?? [],
        close: async () => {
          state.closed += 1;
        },
      };
    },
  };
  return { port, state };
}
const batch = (...ids: number[]): RenderedEvent[] => ids.map((id) => ({ xml: eventXml(id), message: undefined }));

async function idsOf(port: EventReader, options: ReadEventsOptions): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of readWith(port, options, Date.UTC(2026, 10, 21))) ids.push(id);
  return ids;
}

describe('selectEvents', () => {
  it.each([
    [NONE, '*'],
    [{ ...NONE, sources: ['A', "B's"] }, `*[System[Provider[@Name='A' or @Name="B's"]]]`],
    [{ ...NONE, ids: [3, 1, 2, 9, 2] }, '*[System[((EventID>=1 and EventID<=3) or EventID=9)]]'],
    [{ ...NONE, level: 'error' as const }, '*[System[(Level>=1 and Level<=2)]]'],
    [{ ...NONE, level: 'info' as const }, '*[System[Level<=4]]'],
    [{ ...NONE, level: 'verbose' as const }, '*'],
    [{ ...NONE, level: ['error', 'info'] as const }, '*[System[(Level=2 or Level=4 or Level=0)]]'],
    [
      { ...NONE, since: new Date(0), until: new Date(1) },
      "*[System[TimeCreated[@SystemTime>='1970-01-01T00:00:00.000Z' and @SystemTime<='1970-01-01T00:00:00.001Z']]]",
    ],
  ])('makes a query of %j', (filter, query) => {
    expect(selectEvents(filter)).toEqual({ query, ids: undefined, sources: undefined });
  });

  it('leaves sources to the reader when there are more than a query can have', () => {
    const sources = Array.from({ length: 25 }, (_, i) => `Source ${i}`);
    const selection = selectEvents({ ...NONE, sources, ids: [1], level: ['error', 'warn'] });
    expect(selection.query).toBe('*[System[(Level=2 or Level=3) and (EventID=1)]]');
    expect(selection.sources).toEqual(new Set(sources.map((name) => name.toLowerCase())));
    expect(selectEvents({ ...NONE, sources: sources.slice(0, 10) }).sources).toBeUndefined();
  });

  it('leaves ids to the reader when the query would get too long', () => {
    const ids = Array.from({ length: 30 }, (_, index) => index * 10);
    const { query, ids: left } = selectEvents({ ...NONE, sources: ['A'], ids });
    expect(query).toBe("*[System[Provider[@Name='A']]]");
    expect(left?.size).toBe(30);
  });

  it('refuses a source that XPath has no quotes for', () => {
    expect(() => selectEvents({ ...NONE, sources: [`a'b"c`] })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }) as Error,
    );
  });
});

describe('readEvents', () => {
  it('checks its options', async () => {
    const bad = { level: 'loud', since: 'yesterday', follow: true, order: 'newest', machine: '\\\\server1' };
    await expect(readEvents(bad as never).next()).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      details: { problems: expect.arrayContaining([expect.objectContaining({ path: 'order' })]) as unknown },
    });
  });

  it('asks for what is wanted', async () => {
    const { port, state } = createReader([]);
    await idsOf(port, { since: '1h', order: 'newest', messages: false });
    expect(state.queries).toEqual([
      {
        log: 'Application',
        query: "*[System[TimeCreated[@SystemTime>='2026-11-20T23:00:00.000Z']]]",
        newestFirst: true,
        follow: 'no',
        messages: false,
        machine: undefined,
      },
    ]);
  });

  it('takes one batch at a time, and closes at the end', async () => {
    const { port, state } = createReader([batch(1, 2), batch(3)]);
    const events = readWith(port, {}, 0);
    await events.next();
    await events.next();
    expect(state.taken).toBe(1);
    expect((await events.next()).value).toMatchObject({ id: 3 });
    expect((await events.next()).done).toBe(true);
    expect(state.closed).toBe(1);
  });

  it('ends at the limit, and when the loop is left', async () => {
    const { port, state } = createReader([batch(1, 2, 3)]);
    expect(await idsOf(port, { limit: 2 })).toEqual([1, 2]);
    expect(state.closed).toBe(1);
    for await (const _ of readWith(createReader([batch(1)]).port, {}, 0)) break;
    expect(await idsOf(port, { limit: 0 })).toEqual([]);
  });

  it('filters the ids that the query had no room for', async () => {
    const { port } = createReader([batch(1, 10, 11, 20)]);
    expect(await idsOf(port, { ids: Array.from({ length: 30 }, (_, index) => index * 10) })).toEqual([10, 20]);
  });

  it('throws the reason of an abort, and closes', async () => {
    const { port, state } = createReader([batch(1, 2)]);
    const abort = new AbortController();
    const events = readWith(port, { signal: abort.signal }, 0);
    await events.next();
    abort.abort(new Error('enough'));
    await expect(events.next()).rejects.toThrow('enough');
    expect(state.closed).toBe(1);
  });
});

describe('parseEvent', () => {
  it('reads named data, and that of UserData', () => {
    const named = eventXml(1, "<EventData><Data Name='param1'>a</Data><Data>b</Data></EventData>");
    expect(parseEvent({ xml: named, message: 'm' })).toMatchObject({
      strings: ['a', 'b'],
      fields: { param1: 'a' },
      message: 'm',
      data: undefined,
      level: 'info',
    });
    const user = eventXml(1, '<UserData><Low><Name>x</Name><Size>5</Size></Low></UserData>');
    expect(parseEvent({ xml: user, message: undefined })).toMatchObject({
      strings: ['x', '5'],
      fields: { Name: 'x', Size: '5' },
    });
  });

  it('survives characters that no XML may have', () => {
    const xml = eventXml(1, '<EventData><Data>a\u0001b&#x1F;c\ud800&#65;</Data></EventData>');
    expect(parseEvent({ xml, message: undefined }).strings).toEqual(['a\ufffdb\ufffdc\ufffdA']);
  });

  it('knows audits by their keywords', () => {
    const audit = (keywords: string): unknown =>
      parseEvent({ xml: `<Event><System><Keywords>${keywords}</Keywords></System></Event>`, message: undefined }).audit;
    expect([audit('0x8020000000000000'), audit('0x8010000000000000'), audit('0x0')]).toEqual([
      'success',
      'failure',
      undefined,
    ]);
  });
});
