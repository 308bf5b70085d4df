import { ServiceError } from '../errors/service-error.ts';
import type { ScmClient } from '../scm/scm-client.ts';
import { formatExit } from '../scm/exit-code.ts';
import type { ServiceState } from '../scm/states.ts';
import type { Clock } from '../util/clock.ts';
import { type Duration, formatMs, toMs } from '../util/duration.ts';
import type { ServiceReport } from '../scm/service-config.ts';
import { isNews, StatusPoller } from './status-poller.ts';

/** How long to wait for a state. */
export interface WaitOptions {
  /** Default 30 s. */
  readonly timeout?: Duration;
  readonly signal?: AbortSignal;
  /** Called with every status that is new: for a progress line. */
  readonly onProgress?: (report: ServiceReport) => void;
}

/** Between two looks at a checkpoint, or at a service whose changes are not told. */
const LONGEST_POLL_MS = 250;

/**
 * Waits until a service is in a state.
 *
 * @param ifStopped when it stops instead: `'fail'` at once (it was told to run), or `'wait'` on (somebody may start it).
 * @throws ServiceError STATE_NOT_REACHED after the timeout, or when it stopped instead.
 */
export async function waitForState(
  client: ScmClient,
  clock: Clock,
  name: string,
  target: ServiceState,
  options: WaitOptions,
  ifStopped: 'fail' | 'wait',
): Promise<ServiceReport> {
  const timeoutMs = toMs(options.timeout ?? '30s', 'timeout');
  const until = clock.now() + timeoutMs;
  const looks = new StatusPoller(client, name, LONGEST_POLL_MS);
  let last: ServiceReport | undefined;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const report = await looks.next(until - clock.now(), options.signal);
      options.signal?.throwIfAborted();
      if (!last || isNews(last, report)) options.onProgress?.(report);
      last = report;
      if (report.state === target) return report;
      if (report.state === 'stopped' && ifStopped === 'fail')
        throw notReached(name, target, report, `it stopped with ${formatExit(report.exit)}`);
      if (until - clock.now() <= 0)
        throw notReached(name, target, report, `it is ${report.state} after ${formatMs(timeoutMs)}`);
    }
  } finally {
    looks.close();
  }
}

function notReached(name: string, target: ServiceState, report: ServiceReport, why: string): ServiceError {
  return new ServiceError(
    'STATE_NOT_REACHED',
    `Service "${name}" did not become ${target}: ${why}. See what it logged, or run: winsvc doctor "${name}"`,
    {
      details: { service: name, target, report },
    },
  );
}
