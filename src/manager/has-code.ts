import { win32Code } from '../errors/win32-codes.ts';
import { Win32Error } from '../errors/win32-error.ts';

/** Returns whether an error is the SCM's, with one of these codes. */
export function hasCode(error: unknown, ...symbols: Parameters<typeof win32Code>[0][]): boolean {
  return error instanceof Win32Error && symbols.some((symbol) => error.win32Code === win32Code(symbol));
}
