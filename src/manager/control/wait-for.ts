import { ServiceError } from '../../errors/service-error.ts';
import { nameExit } from '../../scm/exit-code.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import type { ServiceState } from '../../scm/states.ts';
import { type Duration, formatMs, toMs } from '../../util/duration.ts';
import type { ServiceTarget } from './service-target.ts';
import { isNews, StatusPoller } from './status-poller.ts';

/** How long to wait for a state. */
export interface WaitOptions {
  /** Longest time to wait. Default 30 s. */
  readonly timeout?: Duration;
  /** Ends the wait; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with each new status, for a progress line. */
  readonly onProgress?: (report: ServiceReport) => void;
}

export const DEFAULT_TIMEOUT = '30s';

/** Longest time between two polls of a checkpoint, or of a service whose changes aren't reported. */
const LONGEST_POLL_MS = 250;

/**
 * Waits until a service is in a state.
 *
 * @param ifStopped reaction when it stops instead: `'fail'` at once, or `'wait'` for another start.
 * @throws ServiceError STATE_NOT_REACHED after the timeout, or when it stopped instead.
 */
export async function waitForState(
  { client, clock, name }: ServiceTarget,
  state: ServiceState,
  options: WaitOptions,
  ifStopped: 'fail' | 'wait',
): Promise<ServiceReport> {
  const timeoutMs = toMs(options.timeout ?? DEFAULT_TIMEOUT, 'timeout');
  const until = clock.now() + timeoutMs;
  const poller = new StatusPoller(client, name, LONGEST_POLL_MS);
  let last: ServiceReport | undefined;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const report = await poller.next(until - clock.now(), options.signal);
      options.signal?.throwIfAborted();
      if (!last || isNews(last, report)) options.onProgress?.(report);
      last = report;
      if (report.state === state) return report;
      if (report.state === 'stopped' && ifStopped === 'fail')
        throw notReached(name, state, report, `it stopped with ${nameExit(report.exit)}`);
      if (until - clock.now() <= 0)
        throw notReached(name, state, report, `it is ${report.state} after ${formatMs(timeoutMs)}`);
    }
  } finally {
    poller.close();
  }
}

function notReached(name: string, target: ServiceState, report: ServiceReport, why: string): ServiceError {
  return new ServiceError('STATE_NOT_REACHED', `Service "${name}" did not become ${target}: ${why}.`, {
    details: { service: name, target, report },
  });
}
