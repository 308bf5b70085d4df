/** Positions in the shared header. The first two count bytes since the ring was made, modulo 2^32. */
const WRITTEN = 0;
const TAKEN = 1;
/** Size of the file when the append under way began: low and high word, because a file may be larger than 4 GB. */
const OFFSET = 2;
/** Bytes of the append under way. */
const APPENDING = 4;
const HEADER_BYTES = 8 * Int32Array.BYTES_PER_ELEMENT;
const WORD = 2 ** 32;

/**
 * Bytes on their way to a file, in memory that the host thread sees too: output of a blocked or failing app that isn't
 * in the file yet can still be saved. The ring also holds the append that is under way, so that a thread which takes
 * over can look whether its bytes reached the file. One writer.
 */
export class FileRing {
  readonly shared: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #bytes: Buffer;

  /** @param source the capacity, a power of two; or the memory of a ring that another thread made. */
  constructor(source: number | SharedArrayBuffer) {
    this.shared = typeof source === 'number' ? new SharedArrayBuffer(HEADER_BYTES + source) : source;
    this.#header = new Int32Array(this.shared, 0, HEADER_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#bytes = Buffer.from(this.shared, HEADER_BYTES);
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  /** Bytes that are waiting. */
  get length(): number {
    return (this.#load(WRITTEN) - this.#load(TAKEN)) >>> 0;
  }

  /** Bytes taken since the ring was made, modulo 2^32. */
  get taken(): number {
    return this.#load(TAKEN);
  }

  /** Bytes of the append that is under way; 0 when there is none. */
  get appending(): number {
    return this.#load(APPENDING);
  }

  /** Size of the file when that append began. */
  get appendedFrom(): number {
    return this.#load(OFFSET + 1) * WORD + this.#load(OFFSET);
  }

  /** Marks the first `bytes` as being appended to a file of this size. */
  beginAppend(bytes: number, fileSize: number): void {
    this.#store(OFFSET, fileSize % WORD);
    this.#store(OFFSET + 1, Math.floor(fileSize / WORD));
    this.#store(APPENDING, bytes);
  }

  /** Removes the bytes that are in the file. The append is over, also when it failed (0 bytes). */
  endAppend(bytes: number): void {
    this.#store(APPENDING, 0);
    this.#store(TAKEN, this.#load(TAKEN) + bytes);
  }

  /** Adds all of it, or nothing when there is no room. */
  write(chunk: string | Uint8Array): boolean {
    const bytes = typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length;
    if (bytes > this.capacity - this.length) return false;
    const at = this.#load(WRITTEN) % this.capacity;
    if (typeof chunk === 'string' && at + bytes <= this.capacity) {
      this.#bytes.write(chunk, at);
    } else {
      const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const first = Math.min(bytes, this.capacity - at);
      this.#bytes.set(data.subarray(0, first), at);
      this.#bytes.set(data.subarray(first), 0);
    }
    this.#store(WRITTEN, this.#load(WRITTEN) + bytes);
    return true;
  }

  /** A copy of the bytes that are waiting, or of the first `bytes` of them. */
  peek(bytes = this.length): Buffer {
    const at = this.#load(TAKEN) % this.capacity;
    const first = Math.min(bytes, this.capacity - at);
    return Buffer.concat([this.#bytes.subarray(at, at + first), this.#bytes.subarray(0, bytes - first)]);
  }

  #load(index: number): number {
    return Atomics.load(this.#header, index) >>> 0;
  }

  #store(index: number, value: number): void {
    Atomics.store(this.#header, index, value | 0);
  }
}
