import type { FileHandle } from 'node:fs/promises';
import { detectEncoding } from './detect-encoding.ts';
import { LineSplitter } from './line-splitter.ts';
import { readFully } from './read-fully.ts';

const CHUNK = 2 ** 20;
/** Bytes from which the encoding of a file is detected. */
const PROBE = 512;

export interface GrowingFileOptions {
  /** Byte at which the reading begins. */
  readonly from: number;
  /** Longest line in characters. Default 1,048,576. */
  readonly maxLine?: number;
  /** Unread bytes above which only the end is read. Default: no limit. */
  readonly maxBehind?: number;
  /** `true`: detects UTF-16. Default: UTF-8. */
  readonly detectsEncoding?: boolean;
}

/**
 * Reads the lines that are added to a file. A file that was truncated is read from its start. The caller opens the file,
 * and decides when another file under the same name needs another reader.
 */
export class GrowingFile {
  readonly #options: GrowingFileOptions;
  #position: number;
  #lines: LineSplitter | undefined;

  constructor(options: GrowingFileOptions) {
    this.#options = options;
    this.#position = options.from;
  }

  /** Beginning of a line whose end isn't in the file yet. */
  get rest(): string {
    return this.#lines?.rest ?? '';
  }

  /** Reads up to the present end of the file: new whole lines, chunk by chunk. */
  async *read(file: FileHandle): AsyncGenerator<string[], void, undefined> {
    const { size } = await file.stat();
    if (size < this.#position) {
      this.#position = 0;
      this.#lines = undefined;
    }
    if (size === this.#position) return;
    // An empty file has no encoding yet.
    this.#lines ??= await this.#splitter(file, size);
    const { maxBehind = Infinity } = this.#options;
    if (size - this.#position > maxBehind) {
      const from = size - maxBehind;
      // Even, for UTF-16.
      this.#position = from - (from % 2);
      this.#lines.skipLine();
    }
    while (this.#position < size) {
      const chunk = await readFully(file, this.#position, Math.min(CHUNK, size - this.#position));
      if (chunk.length === 0) return;
      this.#position += chunk.length;
      yield this.#lines.add(chunk);
    }
  }

  async #splitter(file: FileHandle, size: number): Promise<LineSplitter> {
    const { maxLine, detectsEncoding = false } = this.#options;
    if (!detectsEncoding) return new LineSplitter(maxLine);
    return new LineSplitter(maxLine, detectEncoding(await readFully(file, 0, Math.min(PROBE, size))));
  }
}
