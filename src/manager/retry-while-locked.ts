import type { ScmClient } from '../scm/scm-client.ts';
import { backoffCeilingMs } from '../util/backoff.ts';
import { hasCode } from './has-code.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Repeats a call while another program has the service database locked (1055): the SCM starts one service at a time,
 * and answers other calls with that code until then.
 *
 * @param options.timeoutMs total time of the pauses. Default 30 s.
 * @throws Win32Error 1055 after the timeout; other errors of the call at once.
 */
export async function retryWhileLocked<T>(
  client: ScmClient,
  name: string,
  call: () => Promise<T>,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<T> {
  let leftMs = timeoutMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (leftMs <= 0 || !hasCode(error, 'ERROR_SERVICE_DATABASE_LOCKED')) throw error;
    }
    signal?.throwIfAborted();
    // Half of the pause is random, so that many callers don't try again at the same moment.
    const ceiling = backoffCeilingMs(attempt, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    const pauseMs = Math.min(leftMs, ceiling * (0.5 + Math.random() / 2));
    leftMs -= pauseMs;
    await client.nextChange(name, pauseMs, signal);
    signal?.throwIfAborted();
  }
}
