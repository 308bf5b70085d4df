import type { Ffi, NativeMemory } from '../ffi/ffi.ts';
import type { Struct } from '../ffi/struct.ts';

type AnyStruct = Struct<Readonly<Record<string, never>>>;

/**
 * Places structures, texts and lists in one block of memory at a known address, so that they can contain pointers to
 * each other.
 */
export class BlobWriter {
  readonly base: bigint;
  #bytes = Buffer.alloc(256);
  #size = 0;

  constructor(base: bigint) {
    this.base = base;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  /** Reserves room for `bytes`. Returns its offset. */
  reserve(bytes: number, align = 8): number {
    const at = Math.ceil(this.#size / align) * align;
    this.#size = at + bytes;
    if (this.#size > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(Math.max(this.#bytes.length, this.#size))]);
    return at;
  }

  write<T extends { readonly write: Struct<never>['write'] }>(
    at: number,
    struct: T,
    value: Parameters<T['write']>[1],
  ): void {
    (struct as unknown as AnyStruct).write(this.#bytes, value, at);
  }

  /** Adds bytes. Returns their address; 0 for none. */
  data(bytes: Uint8Array | undefined): bigint {
    if (!bytes) return 0n;
    const at = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return this.base + BigInt(at);
  }

  /** Adds a UTF-16 string. Returns its address; NULL for `null`. */
  text(text: string | null): bigint {
    return text === null ? 0n : this.data(Buffer.from(`${text}\0`, 'utf16le'));
  }

  /**
   * Adds a list of strings that ends with an empty one. Returns its address. An empty list is two zeros: NULL means
   * 'keep'.
   */
  multiText(list: readonly string[]): bigint {
    return this.data(encodeMultiText(list));
  }
}

/** Allocates memory for what `fill` writes. The caller frees it. */
export function buildBlob(ffi: Ffi, fill: (writer: BlobWriter) => void): NativeMemory {
  // The first pass only measures: addresses are known after the allocation.
  const measure = new BlobWriter(0n);
  fill(measure);
  const memory = ffi.alloc(Math.max(1, measure.bytes.length));
  const writer = new BlobWriter(memory.address);
  fill(writer);
  writer.bytes.copy(memory.buffer);
  return memory;
}

/** Reads the result of a query: structures whose pointers point into the same memory. */
export class BlobReader {
  readonly #buffer: Buffer;
  readonly #base: bigint;

  constructor(buffer: Buffer, base: bigint) {
    this.#buffer = buffer;
    this.#base = base;
  }

  struct<T extends { readonly size: number; read(buffer: Buffer, at?: number): unknown }>(
    struct: T,
    at = 0,
  ): ReturnType<T['read']> {
    return struct.read(this.#buffer, at) as ReturnType<T['read']>;
  }

  offset(address: bigint): number {
    return Number(address - this.#base);
  }

  data(address: bigint, bytes: number): Buffer {
    return address === 0n
      ? Buffer.alloc(0)
      : Buffer.from(this.#buffer.subarray(this.offset(address), this.offset(address) + bytes));
  }

  text(address: bigint): string | null {
    if (address === 0n) return null;
    const at = this.offset(address);
    let end = at;
    while (end + 1 < this.#buffer.length && this.#buffer.readUInt16LE(end) !== 0) end += 2;
    return this.#buffer.toString('utf16le', at, end);
  }

  multiText(address: bigint): string[] {
    return address === 0n ? [] : decodeMultiText(this.#buffer.subarray(this.offset(address)));
  }
}

export function encodeMultiText(list: readonly string[]): Buffer {
  const text = list.map((item) => `${item}\0`).join('');
  return Buffer.from(list.length === 0 ? '\0\0' : `${text}\0`, 'utf16le');
}

/** Reads to the empty string that ends the list, or to the end of the bytes where it is missing. */
export function decodeMultiText(bytes: Buffer): string[] {
  const items: string[] = [];
  let at = 0;
  while (at + 1 < bytes.length) {
    let end = at;
    while (end + 1 < bytes.length && bytes.readUInt16LE(end) !== 0) end += 2;
    if (end === at) break;
    items.push(bytes.toString('utf16le', at, end));
    at = end + 2;
  }
  return items;
}

export function emptyAsNull(text: string | null): string | null {
  return text === '' ? null : text;
}
