import type { ServiceReport } from '../../scm/service-config.ts';
import type { StatusSubscription } from '../../scm/scm-client.ts';
import type { Clock } from '../../util/clock.ts';
import { AsyncQueue } from '../../util/async-queue.ts';
import { turn } from '../time/manual-clock.ts';
import type { ServiceDatabase } from './service-database.ts';

/** NotifyServiceStatusChange in memory: each state of the service, the present one first, until it is deleted. */
export async function subscribeOnMock(
  { clock, database }: { readonly clock: Clock; readonly database: ServiceDatabase },
  name: string,
  report: () => ServiceReport,
): Promise<StatusSubscription> {
  const feed = new AsyncQueue<ServiceReport>((fn, ms) => clock.setTimeout(fn, ms));
  const record = database.find(name);
  let last = '';
  const tell = (): void => {
    const present = database.find(name);
    // A client closes its handle at the deletion: otherwise the handle would delay it.
    if (!present || present !== record || present.marked) {
      close();
      return;
    }
    const now = report();
    const key = JSON.stringify(now);
    if (key !== last) feed.push(now);
    last = key;
  };
  const unsubscribe = database.onChange((changed) => {
    if (changed.toLowerCase() !== name.toLowerCase()) return;
    tell();
    // A new process is visible after it has begun.
    void turn().then(() => {
      if (feed.live) tell();
    });
  });
  const close = (): void => {
    unsubscribe();
    feed.end();
  };
  await turn();
  tell();
  return {
    get live() {
      return feed.live;
    },
    next: (ms, signal) => feed.next(ms, signal),
    close,
  };
}
