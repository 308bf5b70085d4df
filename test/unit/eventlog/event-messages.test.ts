import { expect, it } from 'vitest';
import { EventMessages } from '../../../src/win32/eventlog/event-messages.ts';
import type { Ffi } from '../../../src/win32/ffi/ffi.ts';

const XML = "<Event><System><Provider Name='Orders'/></System></Event>";

/** Formats each event with its text; `undefined` fails with 15027 and leaves the memory as it is. */
function setUp(texts: readonly (string | undefined)[]) {
  const closed: bigint[] = [];
  let opened = 0n;
  let memory = Buffer.alloc(0);
  const ffi = {
    alloc: (bytes: number) => ({ address: 0n, buffer: (memory = Buffer.alloc(bytes)), free: () => undefined }),
  } as unknown as Ffi;
  const api = {
    EvtClose: (handle: bigint) => closed.push(handle),
    EvtOpenPublisherMetadata: { async: () => Promise.resolve({ value: ++opened, lastError: 0 }) },
    EvtFormatMessage: {
      async: (_publisher: bigint, event: bigint, _n: number, _v: number, _p: null, _f: number, room: number) => {
        const text = texts[Number(event)];
        if (text === undefined) return Promise.resolve({ value: 0, lastError: 15_027 });
        memory.writeUInt32LE(text.length + 1, 0);
        if (text.length + 1 > room) return Promise.resolve({ value: 0, lastError: 15_029 });
        memory.write(`${text}\0`, 4, 'utf16le');
        return Promise.resolve({ value: 1, lastError: 0 });
      },
    },
  } as unknown as ConstructorParameters<typeof EventMessages>[1];
  return { messages: new EventMessages(ffi, api, undefined), closed, count: () => opened };
}

it('an event without a text never gets that of the event before, and a long text is whole', async () => {
  const long = 'x'.repeat(20_000);
  const { messages } = setUp(['first', undefined, long, 'last']);
  const read = [];
  for (const event of [0n, 1n, 2n, 3n]) read.push(await messages.format(event, XML));
  expect(read).toEqual(['first', undefined, long, 'last']);
});

it('the message file is closed by release, and opened again for the next event', async () => {
  const { messages, closed, count } = setUp(['a', 'b']);
  await messages.format(0n, XML);
  await messages.format(1n, XML);
  expect([count(), closed]).toEqual([1n, []]);
  messages.release();
  expect(closed).toEqual([1n]);
  expect(await messages.format(0n, XML)).toBe('a');
  expect(count()).toBe(2n);
});
