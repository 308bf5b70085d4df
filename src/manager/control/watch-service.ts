import type { ScmClient } from '../../scm/scm-client.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import { hasCode } from '../has-code.ts';
import { isNews, StatusPoller } from './status-poller.ts';

/** Options of {@link ServiceClient.watch}. */
export interface WatchOptions {
  /** Ends the watch without an error. */
  readonly signal?: AbortSignal;
  /**
   * Longest time between two polls: of the checkpoint of a pending state, and of each status where the SCM sends no
   * notifications. Default 250 ms.
   */
  readonly interval?: Duration;
}

/** Yields the present status and then every change. Ends when the signal aborts or the service is deleted. */
export async function* watchService(
  client: ScmClient,
  name: string,
  { signal, interval = 250 }: WatchOptions,
): AsyncGenerator<ServiceReport, void, undefined> {
  const poller = new StatusPoller(client, name, toMs(interval, 'interval'));
  let last: ServiceReport | undefined;
  try {
    await poller.subscribe();
    while (!signal?.aborted) {
      let report: ServiceReport;
      try {
        report = await poller.next(Infinity, signal);
      } catch (error) {
        if (last && hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST', 'ERROR_SERVICE_MARKED_FOR_DELETE')) return;
        throw error;
      }
      if (!last || isNews(last, report)) yield report;
      last = report;
    }
  } finally {
    poller.close();
  }
}
