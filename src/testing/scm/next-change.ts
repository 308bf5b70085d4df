import type { Clock } from '../../util/clock.ts';
import { turn } from '../time/manual-clock.ts';
import type { ServiceDatabase } from './service-database.ts';

/**
 * Resolves at the next change of a service, after `ms`, or when the signal aborts; at once if there is a newer version than
 * the one that was seen.
 */
export function nextChange(
  { clock, database }: { readonly clock: Clock; readonly database: ServiceDatabase },
  name: string,
  seenVersion: number | undefined,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isNew = (): boolean => database.find(name)?.version !== seenVersion;
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      unsubscribe();
      signal?.removeEventListener('abort', done);
      // After the change, not in the middle of it.
      void turn().then(resolve);
    };
    const cancel = clock.setTimeout(done, ms);
    const unsubscribe = database.onChange((changed) => {
      if (changed.toLowerCase() === name.toLowerCase()) done();
    });
    signal?.addEventListener('abort', done);
    if (signal?.aborted || (seenVersion !== undefined && isNew())) done();
  });
}
