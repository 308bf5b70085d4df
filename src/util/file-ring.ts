/** Where in the shared header. The first two count bytes from the beginning of time, modulo 2^32. */
const WRITTEN = 0;
const TAKEN = 1;
/** Where in the file the first byte that waits belongs: low and high word, for a file may be larger than 4 GB. */
const OFFSET = 2;
const HEADER_BYTES = 4 * Int32Array.BYTES_PER_ELEMENT;
const WORD = 2 ** 32;

/**
 * Bytes on their way to a file, in memory that the host thread sees too: what a blocked or failing app has written but
 * not flushed can still be saved. It knows the place in the file, so that whoever saves it writes the same bytes to
 * the same place: nothing is lost and nothing is there twice. One writer.
 */
export class FileRing {
  readonly shared: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #bytes: Buffer;

  /** @param source the capacity, a power of two; or the memory of a ring that another thread made. */
  constructor(source: number | SharedArrayBuffer) {
    this.shared = typeof source === 'number' ? new SharedArrayBuffer(HEADER_BYTES + source) : source;
    this.#header = new Int32Array(this.shared, 0, 4);
    this.#bytes = Buffer.from(this.shared, HEADER_BYTES);
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  /** Bytes that are waiting. */
  get length(): number {
    return (this.#load(WRITTEN) - this.#load(TAKEN)) >>> 0;
  }

  /** Where in the file the waiting bytes belong. */
  get offset(): number {
    return this.#load(OFFSET + 1) * WORD + this.#load(OFFSET);
  }

  set offset(value: number) {
    this.#store(OFFSET, value % WORD);
    this.#store(OFFSET + 1, Math.floor(value / WORD));
  }

  /** Appends all of it, or nothing when there is no room. */
  write(text: string): boolean {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.capacity - this.length) return false;
    const at = this.#load(WRITTEN) % this.capacity;
    if (at + bytes <= this.capacity) {
      this.#bytes.write(text, at);
    } else {
      const data = Buffer.from(text);
      const first = this.capacity - at;
      data.copy(this.#bytes, at, 0, first);
      data.copy(this.#bytes, 0, first);
    }
    this.#store(WRITTEN, this.#load(WRITTEN) + bytes);
    return true;
  }

  /** A copy of what is waiting. */
  peek(): Buffer {
    const at = this.#load(TAKEN) % this.capacity;
    const first = Math.min(this.length, this.capacity - at);
    return Buffer.concat([this.#bytes.subarray(at, at + first), this.#bytes.subarray(0, this.length - first)]);
  }

  /** The first `bytes` are in the file. */
  take(bytes: number): void {
    this.offset += bytes;
    this.#store(TAKEN, this.#load(TAKEN) + bytes);
  }

  #load(index: number): number {
    return Atomics.load(this.#header, index) >>> 0;
  }

  #store(index: number, value: number): void {
    Atomics.store(this.#header, index, value | 0);
  }
}
