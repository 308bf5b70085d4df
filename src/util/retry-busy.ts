import { systemClock } from './clock.ts';

/** Codes of a file that another program holds for a moment: a reader, a virus scanner, an indexer. */
const BUSY_CODES = process.platform === 'win32' ? ['EPERM', 'EACCES', 'EBUSY'] : ['EBUSY'];
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/**
 * Repeats work on a file that Windows refuses while another program has the file open, with growing pauses.
 *
 * @param limitMs how long to try, in milliseconds
 * @throws the last error of `work`
 */
export async function retryBusy<T>(
  work: () => Promise<T>,
  limitMs: number,
  codes: readonly string[] = BUSY_CODES,
): Promise<T> {
  const until = systemClock.now() + limitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const isBusy = codes.includes((error as NodeJS.ErrnoException).code ?? '');
      if (!isBusy || systemClock.now() + pauseMs > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
