import type { ServiceReport } from '../../scm/service-config.ts';
import type { ServiceTarget } from './service-target.ts';
import { startService, type StartOptions } from './start-service.ts';
import { stopService, type StopOptions } from './stop-service.ts';

/** Options of {@link ServiceClient.restart}. */
export interface RestartOptions extends Omit<StartOptions, 'dependents'>, Omit<StopOptions, 'dependents'> {
  /**
   * `true`: stops the running services that depend on it, and starts them again. A list does the same, and also starts
   * the services that it names: those that an earlier restart stopped and didn't start again. Default `false`: fails
   * with ERROR_DEPENDENT_SERVICES_RUNNING where one runs.
   */
  readonly dependents?: boolean | readonly string[];
}

/** Stops and starts a service; dependents that were stopped are started again. */
export async function restartService(target: ServiceTarget, options: RestartOptions): Promise<ServiceReport> {
  const { args, dependents = false, ...rest } = options;
  const withDependents = dependents !== false;
  const running = withDependents ? await target.client.dependents(target.name, true) : [];
  await stopService(target, { ...rest, dependents: withDependents });
  const names = [...running.map(({ name }) => name).reverse(), ...(typeof dependents === 'boolean' ? [] : dependents)];
  return startService(target, { ...rest, ...(args && { args }), dependents: [...new Set(names)] });
}
