import { inspect } from 'node:util';

/** Wraps a thrown value in an Error: `throw 'text'` and `Promise.reject(undefined)` happen in real code. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`${inspect(thrown)} was thrown, which is not an Error`);
}
