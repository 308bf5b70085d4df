import type { TextEncoding } from './detect-encoding.ts';

/** Longest line in characters: a file without line ends must not use up the memory of its reader. */
const MAX_LINE = 2 ** 20;

/** Divides pieces of a text into lines. Characters that are divided between two pieces are joined. */
export class LineSplitter {
  readonly #decoder: TextDecoder;
  readonly #maxLine: number;
  #rest = '';
  #skips = false;

  /** @param maxLine characters after which a line is cut. Default 1,048,576. */
  constructor(maxLine = MAX_LINE, encoding: TextEncoding = 'utf-8') {
    this.#maxLine = maxLine;
    this.#decoder = new TextDecoder(encoding);
  }

  /** Beginning of a line whose end hasn't arrived yet. */
  get rest(): string {
    return this.#rest;
  }

  /** Drops everything up to the next line end. */
  skipLine(): void {
    this.#rest = '';
    this.#skips = true;
  }

  /** Lines that end in this piece, without their line ends. */
  add(piece: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.decode(piece, { stream: true })).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, this.#maxLine);
    if (this.#skips && lines.length > 0) {
      lines.shift();
      this.#skips = false;
    }
    return lines.map((line) => line.replace(/\r$/, '').slice(0, this.#maxLine));
  }
}
