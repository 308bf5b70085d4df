import type { FfiValue } from '../ffi/ffi.ts';

/**
 * Wraps a callback for native code: a throw would return garbage to the caller and end the process, and a result that
 * isn't a number is garbage too.
 */
export function guard(
  fallback: number,
  onError: (error: unknown) => void,
  fn: (...args: FfiValue[]) => number,
): (...args: FfiValue[]) => number {
  return (...args) => {
    try {
      const result: unknown = fn(...args);
      return typeof result === 'number' ? result : fallback;
    } catch (error) {
      try {
        onError(error);
      } catch {
        // No other place can report it.
      }
      return fallback;
    }
  };
}
