import { describe, isError } from './describe.ts';

/**
 * Turns any thrown value into an Error: `throw 'text'` and `Promise.reject(undefined)` happen in real code. The name, message
 * and stack of the result are texts, and its code and cause can be read; another error becomes the cause of a new one.
 * Never throws.
 */
export function toError(thrown: unknown): Error {
  if (!isError(thrown)) return new Error(`${describe(thrown)} was thrown, which is not an Error`);
  try {
    if (isReadable(thrown)) return thrown;
  } catch {
    // A getter or a proxy of the app.
  }
  return new Error('An error without a readable message was thrown', { cause: thrown });
}

/** Reads everything that winsvc reads of an error. @throws what a getter of it throws */
function isReadable(error: Error): boolean {
  const { name, message, stack, cause, code } = error as NodeJS.ErrnoException & Partial<Record<'cause', unknown>>;
  const texts: readonly unknown[] = [name, message, stack ?? ''];
  return texts.every((text) => typeof text === 'string') && typeof cause !== 'symbol' && typeof code !== 'symbol';
}
