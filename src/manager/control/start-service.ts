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
  /** Names of services to start after it, in this order, without `args`. Default: none. */
  readonly dependents?: readonly string[];
}

/** Starts a service and waits until it runs. Does nothing if it runs already. */
export async function startService(target: ServiceTarget, options: StartOptions): Promise<ServiceReport> {
  const { client, name } = target;
  const { args = [], timeout = DEFAULT_TIMEOUT, signal, dependents = [] } = options;
  try {
    await retryWhileLocked(client, name, () => client.start(name, args), {
      timeoutMs: toMs(timeout, 'timeout'),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!hasCode(error, 'ERROR_SERVICE_ALREADY_RUNNING')) throw error;
  }
  const report = await waitForState(target, 'running', options, 'fail');
  const { args: _, dependents: __, ...rest } = options;
  for (const dependent of dependents) await startService({ ...target, name: dependent }, rest);
  return report;
}
