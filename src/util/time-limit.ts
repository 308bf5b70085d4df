import type { Clock } from './clock.ts';
import { formatMs } from './duration.ts';

/** Limits of {@link withTimeLimit}. */
export interface TimeLimit {
  /** Name of the work in the error: `'restart'`. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Ends the work early, with its reason. */
  readonly stopped: AbortSignal;
}

/**
 * Runs work with a signal that aborts at the timeout, and when `stopped` does. Settles at that moment, whatever the work
 * does.
 *
 * @throws what the work throws; an Error at the timeout; the reason of `stopped`
 */
export async function withTimeLimit<T>(
  { what, timeoutMs, clock, stopped }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  // Not AbortSignal.any: its signals, and all that listens to them, live as long as `stopped` does.
  const ending = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => {
      reject(ending.signal.reason as Error);
    });
  });
  const cancel = clock.setTimeout(() => {
    ending.abort(new Error(`${what} took longer than ${formatMs(timeoutMs)}`));
  }, timeoutMs);
  const stop = (): void => {
    ending.abort(stopped.reason);
  };
  stopped.addEventListener('abort', stop);
  if (stopped.aborted) stop();
  try {
    return await Promise.race([work(ending.signal), aborted]);
  } finally {
    cancel();
    stopped.removeEventListener('abort', stop);
  }
}
