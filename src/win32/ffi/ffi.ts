/**
 * FFI library as the Win32 code uses it: functions with scalar arguments, callbacks, and memory. win32/ffi/struct.ts lays
 * structures out, so that they are the same with every library.
 */
export interface Ffi {
  readonly name: string;
  /** Binds a function. @throws ServiceError WINDOWS_ONLY when the DLL or the function isn't there. */
  bind(dll: string, name: string, signature: FfiSignature): FfiFunction;
  /** Returns GetLastError of the last call that wasn't `async`. */
  lastError(): number;
  /** Returns the address of an exported function, to pass it to another one. */
  symbol(dll: string, name: string): bigint;
  /**
   * Creates a function pointer to JavaScript. It runs on the event loop of the thread that registered it; the native caller
   * waits for it. `fn` must not throw and must return a number.
   */
  callback(signature: FfiSignature, fn: (...args: FfiValue[]) => number): bigint;
  /** Allocates zeroed memory, at an address that doesn't change until `free`. */
  alloc(bytes: number): NativeMemory;
  /** Copies memory of another owner. */
  read(address: bigint, bytes: number): Buffer;
  /** Reads a UTF-16 string in memory of another owner. */
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
  /** Runs the call on a thread of the pool, for calls that can take long. Passed memory must stay until it resolves. */
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
