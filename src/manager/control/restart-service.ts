import type { ServiceReport } from '../../scm/service-config.ts';
import type { ServiceTarget } from './service-target.ts';
import { startService, type StartOptions } from './start-service.ts';
import { stopService, type StopOptions } from './stop-service.ts';

/** Options of {@link ServiceClient.restart}. */
export interface RestartOptions extends StartOptions, StopOptions {}

/** Stops and starts a service; dependents that were stopped are started again. */
export async function restartService(target: ServiceTarget, options: RestartOptions): Promise<ServiceReport> {
  const { args: _, ...rest } = options;
  const dependents = options.dependents ? await target.client.dependents(target.name, true) : [];
  await stopService(target, rest);
  const report = await startService(target, options);
  for (const { name } of [...dependents].reverse()) await startService({ ...target, name }, rest);
  return report;
}
