import { open, stat } from 'node:fs/promises';

const CHUNK = 65_536;
/** What is longer is cut: a pattern is looked for in no more than that. */
const MAX_LINE = 8_192;
/** More than that since the last look is skipped: the end of a log matters, not all of it. */
const MAX_BEHIND = 4 * 1_048_576;

/** Reads what was added to a log since the last look. */
export interface LogTail {
  /** New whole lines. An absent file has none. @throws the error of the file system */
  read(): Promise<string[]>;
}

/**
 * Follows a file from its end, also when it is rotated (another file under the same name) or truncated: it is then read
 * from its start. The file is open only while it is read, so that nobody is kept from renaming it.
 */
export function createLogTail(path: string): LogTail {
  let position: { ino: number; offset: number } | undefined;
  let first = true;
  let rest = '';

  async function advance(): Promise<Buffer> {
    const now = await stat(path);
    if (first) position = { ino: now.ino, offset: now.size };
    first = false;
    const same = position?.ino === now.ino && position.offset <= now.size;
    if (!same) rest = '';
    const from = Math.max(same ? (position?.offset ?? 0) : 0, now.size - MAX_BEHIND);
    const data = await readFrom(path, from, now.size - from);
    position = { ino: now.ino, offset: from + data.length };
    return data;
  }
  return {
    async read() {
      let data: Buffer;
      try {
        data = await advance();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        first = false;
        position = undefined;
        return [];
      }
      // latin1 keeps every byte apart, so that a character that is cut in two comes together again.
      const lines = (rest + data.toString('latin1')).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      return lines.map((line) => Buffer.from(line.slice(0, MAX_LINE).replace(/\r$/, ''), 'latin1').toString('utf8'));
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
