/**
 * What the Win32 code needs of an FFI library: functions with scalar arguments, callbacks, and memory of its own.
 * Structures are not the library's business: win32/ffi/struct.ts lays them out, so that every library agrees on them.
 */
export interface Ffi {
  readonly name: string;
  /** Binds a function. @throws ServiceError WINDOWS_ONLY when the DLL or the function isn't there. */
  bind(dll: string, name: string, signature: FfiSignature): FfiFunction;
  /** GetLastError of the last call that wasn't `async`. */
  lastError(): number;
  /** The address of an exported function, to hand to another one. */
  symbol(dll: string, name: string): bigint;
  /**
   * A function pointer to JavaScript. It runs on the event loop of the thread that registered it; the native caller
   * waits for it. `fn` must not throw and must return a number.
   */
  callback(signature: FfiSignature, fn: (...args: FfiValue[]) => number): bigint;
  /** Zeroed memory that stays where it is until `free`. */
  alloc(bytes: number): NativeMemory;
  /** A copy of foreign memory. */
  read(address: bigint, bytes: number): Buffer;
  /** The text of a UTF-16 string in foreign memory. */
  readText(address: bigint): string;
}

export type FfiType = 'void' | 'u32' | 'i32' | 'ptr' | 'text';
export interface FfiSignature {
  readonly returns: FfiType;
  readonly args: readonly FfiType[];
}

/** Pointers come back as bigint; a Buffer or null can be passed as one. */
export type FfiValue = number | bigint | string | Buffer | null | undefined;

export interface FfiFunction {
  (...args: FfiValue[]): FfiValue;
  /** The same on a thread of the pool; for calls that can take long. Memory that is passed must live until it resolves. */
  async(...args: FfiValue[]): Promise<FfiResult>;
}

export interface FfiResult {
  readonly value: FfiValue;
  /** GetLastError of the thread that made the call. */
  readonly lastError: number;
}

export interface NativeMemory {
  readonly address: bigint;
  readonly buffer: Buffer;
  free(): void;
}
