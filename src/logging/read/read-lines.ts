import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { LineSplitter } from '../../util/line-splitter.ts';
import { readFully } from '../../util/read-fully.ts';
import { type LogPart, openPart } from './log-paths.ts';

const CHUNK = 65_536;
/** Longest line, in bytes. The rest of a longer one is dropped, so that no file makes its reader run out of memory. */
const MAX_LINE = 2 ** 20;
const NEWLINE = 10;

/** Reads the lines of an open file from byte `from` up to byte `to`, the last one first. One chunk is in memory at a time. */
export async function* linesBackward(file: FileHandle, from: number, to: number): AsyncGenerator<string> {
  /** Pieces of the line that begins in the chunk before, the last piece first. */
  let tail: Buffer[] = [];
  let held = 0;
  let isLast = true;
  for (let end = to; end > from;) {
    const size = Math.min(CHUNK, end - from);
    const chunk = await readFully(file, end - size, size);
    end -= size;
    let right = chunk.length;
    for (let at = chunk.lastIndexOf(NEWLINE); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1)) {
      const line = Buffer.concat([chunk.subarray(at + 1, right), ...tail.reverse()]);
      // The end of a file after a line end is no empty line.
      if (!isLast || line.length > 0) yield toText(line);
      isLast = false;
      tail = [];
      held = 0;
      right = at;
    }
    if (held < MAX_LINE) tail.push(chunk.subarray(0, right));
    held += right;
  }
  if (held > 0 || !isLast) yield toText(Buffer.concat(tail.reverse()));
}

/** Reads the lines of a rotated file, from its beginning; none when it is gone. */
export async function* linesForward(part: LogPart): AsyncGenerator<string> {
  const opened = await openPart(part);
  if (!opened) return;
  try {
    const source = opened.file.createReadStream({ autoClose: false });
    if (!opened.compressed) {
      yield* splitLines(source);
      return;
    }
    const { createGunzip } = await import('node:zlib');
    const plain = source.pipe(createGunzip());
    // pipe doesn't pass a failure on.
    source.on('error', (error) => plain.destroy(error));
    yield* splitLines(plain);
  } finally {
    await opened.file.close();
  }
}

/** Divides bytes into lines. Characters that are divided between two chunks are joined. */
export async function* splitLines(bytes: Readable): AsyncGenerator<string> {
  const lines = new LineSplitter();
  for await (const chunk of bytes) yield* lines.add(chunk as Buffer);
  if (lines.rest !== '') yield lines.rest;
}

function toText(line: Buffer): string {
  return line.toString('utf8').replace(/\r$/, '');
}
