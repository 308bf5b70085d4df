import { StringDecoder } from 'node:string_decoder';

/** Longest line in characters: a file without line ends must not make its reader run out of memory. */
const MAX_LINE = 2 ** 20;

/** Cuts pieces of UTF-8 into lines. Characters that are divided between two pieces come together again. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #maxLine: number;
  #rest = '';

  /** @param maxLine characters after which a line is cut. Default 1,048,576. */
  constructor(maxLine = MAX_LINE) {
    this.#maxLine = maxLine;
  }

  /** The beginning of a line whose end hasn't come yet. */
  get rest(): string {
    return this.#rest;
  }

  /** The lines that end in this piece, without their line ends. */
  add(piece: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(piece)).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, this.#maxLine);
    return lines.map((line) => line.replace(/\r$/, '').slice(0, this.#maxLine));
  }
}
