import { toMs } from '../../util/duration.ts';
import { hasCode } from '../has-code.ts';
import { retryWhileLocked } from '../retry-while-locked.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import type { ServiceTarget } from './service-target.ts';
import { DEFAULT_TIMEOUT, waitForState, type WaitOptions } from './wait-for.ts';

/** Options of {@link ServiceClient.start}. */
export interface StartOptions extends WaitOptions {
  /** Arguments for this start only; the service reads them as `ctx.args`. Default: none. */
  readonly args?: readonly string[];
}

/** Starts a service and waits until it runs. Does nothing if it runs already. */
export async function startService(target: ServiceTarget, options: StartOptions): Promise<ServiceReport> {
  const { client, name } = target;
  const { args = [], timeout = DEFAULT_TIMEOUT, signal } = options;
  try {
    await retryWhileLocked(client, name, () => client.start(name, args), {
      timeoutMs: toMs(timeout, 'timeout'),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!hasCode(error, 'ERROR_SERVICE_ALREADY_RUNNING')) throw error;
  }
  return waitForState(target, 'running', options, 'fail');
}
