/** One entry of a message table: an id and its text in the notation of FormatMessage. */
export interface TableMessage {
  readonly id: number;
  readonly text: string;
}

const UNICODE = 1;
const BLOCK_BYTES = 12;
const HEADER_BYTES = 4;

/**
 * Encodes a message table, the resource that FormatMessage takes its texts from: blocks of consecutive ids, then the
 * entries in their order.
 *
 * Sources: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-message_resource_data,
 * https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-message_resource_block,
 * https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-message_resource_entry
 */
export function encodeMessageTable(messages: readonly TableMessage[]): Buffer {
  const sorted = [...messages].sort((a, b) => a.id - b.id);
  const blocks: { low: number; high: number; entries: Buffer[] }[] = [];
  for (const { id, text } of sorted) {
    const last = blocks.at(-1);
    if (last && last.high + 1 === id) {
      last.high = id;
      last.entries.push(encodeEntry(text));
    } else {
      blocks.push({ low: id, high: id, entries: [encodeEntry(text)] });
    }
  }
  let offset = HEADER_BYTES + blocks.length * BLOCK_BYTES;
  const table = encodeBlocks(
    blocks.map(({ low, high, entries }) => {
      const at = offset;
      offset += entries.reduce((sum, entry) => sum + entry.length, 0);
      return { low, high, at };
    }),
  );
  return Buffer.concat([table, ...blocks.flatMap(({ entries }) => entries)]);
}

/** How many ids a block of the pass-through table has: this many entries and this many blocks together are the least. */
const SHARED = 512;

/**
 * Encodes a table that has the same text for every id from 0 to 65535 in every severity. Blocks only point at their
 * entries, and FormatMessage walks from there, so all of them can point at the same ones: 12 kB instead of 3 MB.
 */
export function encodePassThroughTable(text: string): Buffer {
  const blocks = [0, 1, 2, 3].flatMap((severity) =>
    Array.from({ length: 0x1_0000 / SHARED }, (_, index) => ((severity << 30) >>> 0) + index * SHARED),
  );
  const at = HEADER_BYTES + blocks.length * BLOCK_BYTES;
  const entry = encodeEntry(text);
  return Buffer.concat([
    encodeBlocks(blocks.map((low) => ({ low, high: low + SHARED - 1, at }))),
    ...Array.from({ length: SHARED }, () => entry),
  ]);
}

function encodeBlocks(blocks: readonly { low: number; high: number; at: number }[]): Buffer {
  const table = Buffer.alloc(HEADER_BYTES + blocks.length * BLOCK_BYTES);
  table.writeUInt32LE(blocks.length);
  blocks.forEach(({ low, high, at }, index) => {
    const block = HEADER_BYTES + index * BLOCK_BYTES;
    table.writeUInt32LE(low, block);
    table.writeUInt32LE(high, block + 4);
    table.writeUInt32LE(at, block + 8);
  });
  return table;
}

/** Length and flags, the text with its end (no line break, as from `mc -n`), and zeros up to a multiple of four. */
function encodeEntry(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`, 'utf16le');
  const entry = Buffer.alloc(Math.ceil((4 + bytes.length) / 4) * 4);
  entry.writeUInt16LE(entry.length);
  entry.writeUInt16LE(UNICODE, 2);
  bytes.copy(entry, 4);
  return entry;
}
