import { describe, isError } from './describe.ts';

/**
 * Turns any thrown value into an Error: `throw 'text'` and `Promise.reject(undefined)` happen in real code. The result has
 * a text as its message; an error without a readable one becomes the cause of another. Never throws.
 */
export function toError(thrown: unknown): Error {
  if (!isError(thrown)) return new Error(`${describe(thrown)} was thrown, which is not an Error`);
  try {
    if (typeof (thrown.message as unknown) === 'string') return thrown;
  } catch {
    // A getter or a proxy of the app.
  }
  return new Error('An error without a readable message was thrown', { cause: thrown });
}
