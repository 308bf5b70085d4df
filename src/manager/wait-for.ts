import { ServiceError } from '../errors/service-error.ts';
import type { ScmClientPort } from '../ports/scm-client-port.ts';
import { formatExit } from '../status/exit-code.ts';
import type { ServiceState } from '../status/states.ts';
import type { ClockPort } from '../util/clock.ts';
import { type Duration, formatMs, toMs } from '../util/duration.ts';
import type { ServiceReport } from './config.ts';

/** How long to wait for a state. */
export interface WaitOptions {
  /** Default 30 s. */
  readonly timeout?: Duration;
  readonly signal?: AbortSignal;
  /** Called with every status that is new: for a progress line. */
  readonly onProgress?: (report: ServiceReport) => void;
}

/** Short at first, because most services are quick; then rarer. */
const FIRST_POLL_MS = 2;
const LONGEST_POLL_MS = 250;

/**
 * Waits until a service is in a state.
 *
 * @param ifStopped when it stops instead: `'fail'` at once (it was told to run), or `'wait'` on (somebody may start it).
 * @throws ServiceError STATE_NOT_REACHED after the timeout, or when it stopped instead.
 */
export async function waitForState(
  client: ScmClientPort,
  clock: ClockPort,
  name: string,
  target: ServiceState,
  options: WaitOptions,
  ifStopped: 'fail' | 'wait',
): Promise<ServiceReport> {
  const timeoutMs = toMs(options.timeout ?? '30s', 'timeout');
  const until = clock.now() + timeoutMs;
  let last: ServiceReport | undefined;
  for (let poll = FIRST_POLL_MS; ; poll = Math.min(LONGEST_POLL_MS, poll * 1.5)) {
    options.signal?.throwIfAborted();
    const report = await client.status(name);
    if (!last || isNews(last, report)) {
      options.onProgress?.(report);
      poll = FIRST_POLL_MS;
    }
    last = report;
    if (report.state === target) return report;
    if (report.state === 'stopped' && ifStopped === 'fail')
      throw notReached(name, target, report, `it stopped with ${formatExit(report.exit)}`);
    const left = until - clock.now();
    if (left <= 0) throw notReached(name, target, report, `it is ${report.state} after ${formatMs(timeoutMs)}`);
    await client.nextChange(name, Math.min(poll, left), options.signal);
  }
}

export function isNews(before: ServiceReport, now: ServiceReport): boolean {
  return before.state !== now.state || before.checkpoint !== now.checkpoint || before.pid !== now.pid;
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
