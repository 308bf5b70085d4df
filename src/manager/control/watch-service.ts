import type { ScmClient } from '../../scm/scm-client.ts';
import { type Duration, toMs } from '../../util/duration.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import { hasCode } from '../has-code.ts';
import { isNews, StatusPoller } from './status-poller.ts';

/** How to watch a service. */
export interface WatchOptions {
  readonly signal?: AbortSignal;
  /**
   * The longest time between two looks: at the checkpoint of a pending state, and at everything where the SCM doesn't
   * tell of changes. Default 250 ms.
   */
  readonly interval?: Duration;
}

/** Every change of a service's status, the present one first. Ends when the signal aborts or the service is deleted. */
export async function* watchService(
  client: ScmClient,
  name: string,
  { signal, interval = 250 }: WatchOptions,
): AsyncGenerator<ServiceReport, void, undefined> {
  const looks = new StatusPoller(client, name, toMs(interval, 'interval'));
  let last: ServiceReport | undefined;
  try {
    await looks.follow();
    while (!signal?.aborted) {
      let report: ServiceReport;
      try {
        report = await looks.next(Infinity, signal);
      } catch (error) {
        if (last && hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST', 'ERROR_SERVICE_MARKED_FOR_DELETE')) return;
        throw error;
      }
      if (!last || isNews(last, report)) yield report;
      last = report;
    }
  } finally {
    looks.close();
  }
}
