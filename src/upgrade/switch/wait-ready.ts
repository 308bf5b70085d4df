import { ServiceError } from '../../errors/service-error.ts';
import type { Check } from '../../health/index.ts';
import type { ServiceReport } from '../../manager/index.ts';
import { nameExit } from '../../scm/exit-code.ts';
import { STATE_WORDS } from '../../scm/state-words.ts';
import { formatMs, toMs } from '../../util/duration.ts';
import { pause } from '../../util/pause.ts';
import { toError } from '../../util/to-error.ts';
import type { SwitchOptions } from '../upgrade-options.ts';
import type { UpgradeParts } from '../upgrade-parts.ts';

const POLL_MS = 250;
/** Longest time of one run of a check, unless the check has its own. */
const CHECK_TIMEOUT = '5s';

/** Makes the checks that a release must pass after its start. The health module is loaded for a URL only. */
export async function openChecks({ readyUrl, readyChecks = [] }: SwitchOptions): Promise<readonly Check[]> {
  if (readyUrl === undefined) return readyChecks;
  const { httpCheck } = await import('../../health/index.ts');
  return [httpCheck(readyUrl, { name: readyUrl }), ...readyChecks];
}

/**
 * Waits until every check passes while the service keeps running as the same process.
 *
 * @throws ServiceError STATE_NOT_REACHED when it stops, or the time is over; the reason of the signal.
 */
export async function waitReady(
  parts: UpgradeParts,
  options: SwitchOptions,
  checks: readonly Check[],
  pid: number,
): Promise<void> {
  const timeoutMs = toMs(options.readyTimeout ?? '30s');
  const until = parts.clock.now() + timeoutMs;
  for (;;) {
    await requireRunning(parts, pid);
    const failed = await failedCheck(parts, checks, options.signal);
    if (failed === undefined) return;
    if (parts.clock.now() >= until)
      throw notReady(parts, `is running but not ready after ${formatMs(timeoutMs)}: ${failed}`);
    await pause(POLL_MS, parts.clock, options.signal);
    options.signal?.throwIfAborted();
  }
}

/**
 * Watches that the service stays running and ready.
 *
 * @throws ServiceError STATE_NOT_REACHED at the first check that fails, or when it stops.
 */
export async function watchStable(
  parts: UpgradeParts,
  options: SwitchOptions,
  checks: readonly Check[],
  pid: number,
): Promise<void> {
  const stableMs = toMs(options.stableFor ?? 0);
  const began = parts.clock.now();
  while (parts.clock.now() < began + stableMs) {
    await pause(Math.min(POLL_MS, stableMs), parts.clock, options.signal);
    options.signal?.throwIfAborted();
    await requireRunning(parts, pid);
    const failed = await failedCheck(parts, checks, options.signal);
    if (failed !== undefined)
      throw notReady(
        parts,
        `was ready, but not for ${formatMs(stableMs)}; after ${formatMs(parts.clock.now() - began)}: ${failed}`,
      );
  }
}

async function requireRunning(parts: UpgradeParts, pid: number): Promise<void> {
  const report = await parts.target.status();
  if (report.state === 'running' && report.pid === pid) return;
  throw notReady(parts, whyNotRunning(report));
}

function whyNotRunning(report: ServiceReport): string {
  if (report.state === 'stopped') return `stopped after it had been running, with ${nameExit(report.exit)}`;
  if (report.state === 'running')
    return `ended after it had been running, and was started again as process ${report.pid}`;
  return `is ${STATE_WORDS[report.state]} after it had been running`;
}

/** Runs the checks at the same time. Returns why one failed; a warning is no failure. */
async function failedCheck(
  { clock }: UpgradeParts,
  checks: readonly Check[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const answers = await Promise.all(
    checks.map(async (check) => {
      const timeoutMs = toMs(check.options.timeout ?? CHECK_TIMEOUT);
      const limit = new AbortController();
      const late = new Promise<never>((_resolve, reject) => {
        limit.signal.addEventListener('abort', () => reject(limit.signal.reason as Error));
      });
      const cancel = clock.setTimeout(
        () => limit.abort(new Error(`no answer within ${formatMs(timeoutMs)}`)),
        timeoutMs,
      );
      try {
        const result = await Promise.race([check.run({ signal: limit.signal, timeoutMs, clock }), late]);
        return result.verdict === 'fail' ? `${check.name}: ${result.message ?? 'failed'}` : undefined;
      } catch (thrown) {
        const error = toError(thrown);
        return `${check.name}: ${error.message || ((error as NodeJS.ErrnoException).code ?? error.name)}`;
      } finally {
        cancel();
      }
    }),
  );
  signal?.throwIfAborted();
  return answers.find((answer) => answer !== undefined);
}

function notReady({ target }: UpgradeParts, why: string): ServiceError {
  return new ServiceError('STATE_NOT_REACHED', `Service "${target.name}" ${why}.`, {
    details: { service: target.name, target: 'running' },
  });
}
