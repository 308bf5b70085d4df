/** Encoding of a log file. */
export type LogEncoding = 'utf8' | 'utf-16le' | 'utf-16be';

/** Longer lines are cut to this many characters: a pattern is searched in no more. */
const MAX_LINE = 8_192;

/**
 * Encoding of a file, by its byte order mark. Without one, text is UTF-16 when most of its bytes at odd or at even
 * places are 0, as Latin letters have them.
 */
export function detectEncoding(start: Buffer): LogEncoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const pairs = Math.floor(start.length / 2);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (start[at] === 0) even += 1;
    if (start[at + 1] === 0) odd += 1;
  }
  if (pairs === 0 || Math.abs(odd - even) < pairs * 0.4) return 'utf8';
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** Turns pieces of a file into whole lines. Characters that are cut in two are put together again. */
export class LineDecoder {
  readonly #decoder: TextDecoder;
  #rest = '';
  #skips = false;

  constructor(encoding: LogEncoding) {
    this.#decoder = new TextDecoder(encoding);
  }

  /** Drops everything up to the end of the line that comes next. */
  skip(): void {
    this.#rest = '';
    this.#skips = true;
  }

  add(bytes: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    if (this.#skips && lines.length > 0) {
      lines.shift();
      this.#skips = false;
    }
    return lines.map((line) => line.slice(0, MAX_LINE).replace(/\r$/, ''));
  }
}
