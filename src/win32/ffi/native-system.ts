type Export = readonly [dll: string, name: string];

/** System functions for memory and symbols, for an FFI library that has neither. */
export interface NativeSystem {
  /** Allocates zeroed memory. */
  readonly alloc: Export;
  readonly allocArgs: (bytes: number) => bigint[];
  readonly free: Export;
  /** Copies memory (`memmove`). Returns its first argument. */
  readonly move: Export;
  /** Returns the handle of a loaded library. */
  readonly module: Export;
  readonly moduleArgs: (dll: string) => (bigint | string | Buffer)[];
  /** Returns the address of an export, or 0. */
  readonly symbol: Export;
  /** Writes the path of the system folder, where the DLLs of the system are loaded from. */
  readonly systemFolder?: Export;
}

/** Zeroed, at an address that doesn't change: LPTR. */
const LPTR = 0x40n;

export const WINDOWS: NativeSystem = {
  alloc: ['kernel32.dll', 'LocalAlloc'],
  allocArgs: (bytes) => [LPTR, BigInt(bytes)],
  free: ['kernel32.dll', 'LocalFree'],
  move: ['ntdll.dll', 'memmove'],
  // The W variant: a path can have letters that the code page of the machine lacks.
  module: ['kernel32.dll', 'GetModuleHandleW'],
  moduleArgs: (dll) => [Buffer.from(`${dll}\0`, 'utf16le')],
  symbol: ['kernel32.dll', 'GetProcAddress'],
  systemFolder: ['kernel32.dll', 'GetSystemDirectoryW'],
};
