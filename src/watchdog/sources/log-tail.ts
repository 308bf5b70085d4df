import { open } from 'node:fs/promises';
import { GrowingFile } from '../../util/growing-file.ts';
import { isMissingFile } from '../../util/missing-file.ts';

/** Patterns are searched in lines of at most this length, and in the end of a log: the target's state now matters. */
const LIMITS = { maxLine: 8_192, maxBehind: 4 * 1_048_576, detectsEncoding: true };

/** Reads what was added to a log since the last read. */
export interface LogTail {
  /** New whole lines. A missing file has none. @throws the error of the file system */
  read(): Promise<string[]>;
}

/**
 * Reads a file from its end, and another file under the same name (a rotation) from its start. The file is open only
 * while it is read, so that it can be renamed and replaced.
 */
export function createLogTail(path: string): LogTail {
  let current: { readonly ino: bigint; readonly added: GrowingFile } | undefined;
  let isFirst = true;

  async function readAdded(): Promise<string[]> {
    const file = await open(path);
    try {
      const { ino, size } = await file.stat({ bigint: true });
      if (current?.ino !== ino) {
        const from = isFirst ? Number(size) : 0;
        current = { ino, added: new GrowingFile({ ...LIMITS, from }) };
      }
      isFirst = false;
      const lines: string[] = [];
      for await (const chunk of current.added.read(file)) for (const line of chunk) lines.push(line);
      return lines;
    } finally {
      await file.close();
    }
  }
  return {
    async read() {
      try {
        return await readAdded();
      } catch (error) {
        if (!isMissingFile(error)) throw error;
        isFirst = false;
        current = undefined;
        return [];
      }
    },
  };
}
