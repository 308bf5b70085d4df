import type { Ffi, FfiFunction, FfiValue } from '../../../src/win32/ffi/ffi.ts';

/** Answer of a Win32 call: its result, and GetLastError. */
export interface FakeAnswer {
  readonly value: FfiValue;
  readonly lastError?: number;
}
export type FakeCalls = Readonly<Record<string, (...args: FfiValue[]) => FakeAnswer>>;

/** FFI without a DLL: the functions are the test's, the memory is real, at addresses that are made up. */
export class FakeFfi implements Ffi {
  readonly name = 'fake';
  /** Buffers that were allocated and not freed, by address. */
  readonly memory = new Map<bigint, Buffer>();
  readonly #calls: FakeCalls;
  #lastError = 0;
  #nextAddress = 0x1_0000n;

  constructor(calls: FakeCalls = {}) {
    this.#calls = calls;
  }

  bind(_dll: string, name: string): FfiFunction {
    const fake = this.#calls[name];
    if (!fake) throw new Error(`the test has no ${name}`);
    const sync = (...args: FfiValue[]): FfiValue => {
      const { value, lastError = 0 } = fake(...args);
      this.#lastError = lastError;
      return value;
    };
    return Object.assign(sync, {
      async: (...args: FfiValue[]) => {
        const { value, lastError = 0 } = fake(...args);
        return Promise.resolve({ value, lastError });
      },
    });
  }

  lastError(): number {
    return this.#lastError;
  }

  symbol(): bigint {
    throw new Error('a fake has no symbols');
  }

  callback(): bigint {
    throw new Error('a fake has no callbacks');
  }

  alloc(bytes: number) {
    const address = this.#nextAddress;
    const buffer = Buffer.alloc(bytes);
    this.#nextAddress += BigInt(bytes + 64);
    this.memory.set(address, buffer);
    return { address, buffer, free: () => void this.memory.delete(address) };
  }

  read(address: bigint, bytes: number): Buffer {
    const [start, buffer] = [...this.memory].find(([at, b]) => address >= at && address < at + BigInt(b.length)) ?? [];
    if (start === undefined || !buffer) throw new Error(`no memory at ${address}`);
    const from = Number(address - start);
    return Buffer.from(buffer.subarray(from, from + bytes));
  }

  readText(): string {
    throw new Error('a fake reads no text');
  }
}
