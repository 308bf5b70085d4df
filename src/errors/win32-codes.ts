import { createWin32Codes, type Win32Code } from './win32-code-table.ts';
import type { Win32Symbol } from './win32-symbol.ts';

export type { Win32Symbol };

/** Returns all codes. Built at the first use: a service that nothing fails for needs none. */
export function win32Codes(): ReturnType<typeof createWin32Codes> {
  return (table ??= createWin32Codes());
}

let table: ReturnType<typeof createWin32Codes> | undefined;

/** Returns the code of a symbol. */
export function win32Code(symbol: Win32Symbol): number {
  // Built once: loops that wait look codes up.
  codes ??= new Map(Object.entries(win32Codes()).map(([code, entry]) => [entry.symbol, Number(code)]));
  const code = codes.get(symbol);
  if (code === undefined) throw new RangeError(`Unknown Win32 error symbol ${symbol}`);
  return code;
}

let codes: ReadonlyMap<string, number> | undefined;

/** Returns the words for a code; `undefined`: it isn't known. */
export function describeWin32(code: number): Win32Code | undefined {
  return (win32Codes() as Readonly<Record<number, Win32Code>>)[code];
}
