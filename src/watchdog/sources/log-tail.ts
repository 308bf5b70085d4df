import { open, stat } from 'node:fs/promises';
import { detectEncoding, LineDecoder } from './line-decoder.ts';

const CHUNK = 65_536;
/** More than this since the last read is skipped: the end of a log matters, not all of it. */
const MAX_BEHIND = 4 * 1_048_576;
/** Bytes from which the encoding of a file is guessed. */
const PROBE = 512;

/** Reads what was added to a log since the last read. */
export interface LogTail {
  /** New whole lines. A missing file has none. @throws the error of the file system */
  read(): Promise<string[]>;
}

/**
 * Follows a file from its end, also when it is rotated (another file under the same name) or truncated: it is then read
 * from its start. The file is open only while it is read, so that it can be renamed.
 */
export function createLogTail(path: string): LogTail {
  let position: { ino: bigint; offset: number } | undefined;
  let first = true;
  let decoder = new LineDecoder('utf8');

  async function advance(): Promise<Buffer> {
    const { ino, size: bytes } = await stat(path, { bigint: true });
    const size = Number(bytes);
    if (first) position = { ino, offset: size };
    const same = position?.ino === ino && position.offset <= size;
    if (!same || first) decoder = new LineDecoder(detectEncoding(await readFrom(path, 0, Math.min(PROBE, size))));
    // An empty file has no encoding yet.
    else if (position?.offset === 0 && size > 0)
      decoder = new LineDecoder(detectEncoding(await readFrom(path, 0, Math.min(PROBE, size))));
    first = false;
    let from = same ? (position?.offset ?? 0) : 0;
    if (size - from > MAX_BEHIND) {
      // Even, for UTF-16. The line that it cuts is no whole line.
      from = (size - MAX_BEHIND) & ~1;
      decoder.skip();
    }
    const data = await readFrom(path, from, size - from);
    position = { ino, offset: from + data.length };
    return data;
  }
  return {
    async read() {
      try {
        const data = await advance();
        return decoder.add(data);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        first = false;
        position = undefined;
        return [];
      }
    },
  };
}

async function readFrom(path: string, from: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0);
  const file = await open(path);
  try {
    const parts: Buffer[] = [];
    let read = 0;
    while (read < length) {
      const buffer = Buffer.alloc(Math.min(CHUNK, length - read));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from + read);
      if (bytesRead === 0) break;
      parts.push(buffer.subarray(0, bytesRead));
      read += bytesRead;
    }
    return Buffer.concat(parts);
  } finally {
    await file.close();
  }
}
