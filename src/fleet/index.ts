import { ServiceError } from '../errors/service-error.ts';
import { ServiceManager } from '../manager/index.ts';
import { systemClock } from '../util/clock.ts';
import type { Fleet } from './fleet.ts';
import type { FleetOptions } from './fleet-options.ts';
import { openFleetOn } from './open-fleet.ts';

export type { Fleet } from './fleet.ts';
export { failures } from './fleet-result.ts';
export { readMachines } from './machines.ts';
export type { FleetChangeOptions, FleetOptions, FleetReadOptions, FleetRunOptions } from './fleet-options.ts';
export type { FleetFailure, FleetResult, RolloutOptions, SkipReason } from './fleet-result.ts';

/**
 * Opens a fleet: services of many machines, through the Service Control Manager of each, over the network. Nothing is
 * connected before the first call. What a machine doesn't answer in time costs its timeout and delays no other one.
 *
 * @throws ServiceError INVALID_OPTIONS for what is no name of a machine
 * @example
 * const fleet = openFleet({ machines: ['web1', 'web2', 'web3'], concurrency: 2 });
 * const results = await fleet.restart('Orders', { canary: 1, maxFailures: 1, wait: '1m' });
 * for (const { machine, error } of failures(results)) console.error(machine, error.message);
 */
export function openFleet(options: FleetOptions): Fleet {
  return openFleetOn(options, systemClock, openRemote);
}

async function openRemote(machine: string, timeoutMs: number): Promise<ServiceManager> {
  if (process.platform !== 'win32')
    throw new ServiceError(
      'WINDOWS_ONLY',
      `openFleet needs Windows; this is ${process.platform}. In tests give it openManager: (machine) => mock.manager({ machine }).`,
    );
  const { ProcessScmClient, findScmProcess } = await import('../win32/scm/process/process-scm-client.ts');
  return new ServiceManager(await ProcessScmClient.open(machine, timeoutMs, findScmProcess()), systemClock);
}
