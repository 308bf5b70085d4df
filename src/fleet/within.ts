import { ServiceError } from '../errors/service-error.ts';
import type { Clock } from '../util/clock.ts';
import { formatMs } from '../util/duration.ts';

/**
 * Waits for work on a machine, and no longer than the limit. What the work does later is ignored.
 *
 * @throws ServiceError MACHINE_TIMEOUT; the reason of the signal; what the work throws
 */
export function within<T>(
  work: Promise<T>,
  {
    machine,
    limitMs,
    clock,
    signal,
  }: { machine: string; limitMs: number; clock: Clock; signal?: AbortSignal | undefined },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason as Error);
    const cancel = Number.isFinite(limitMs)
      ? clock.setTimeout(() => reject(late(machine, limitMs)), limitMs)
      : (): void => undefined;
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      cancel();
      signal?.removeEventListener('abort', abort);
    });
  });
}

/** Makes the error for a machine that doesn't answer. */
export function late(machine: string, limitMs: number): ServiceError {
  return new ServiceError(
    'MACHINE_TIMEOUT',
    `Machine ${machine} gave no answer within ${formatMs(limitMs)}. Is it running, and does its firewall let Remote Service Management through?`,
    { details: { machine } },
  );
}
