import { checkOptions } from '../errors/check-options.ts';
import type { ServiceManager } from '../manager/index.ts';
import type { Clock } from '../util/clock.ts';
import { toMs } from '../util/duration.ts';
import { Fleet } from './fleet.ts';
import { type FleetOptions, fleetSchema } from './fleet-options.ts';
import { checkMachines } from './machines.ts';

const DEFAULT_CONCURRENCY = 10;
const DEFAULT_TIMEOUT = '30s';

/** Opens a fleet on a clock: tests bring a manual one. */
export function openFleetOn(
  options: FleetOptions,
  clock: Clock,
  openRemote?: (machine: string, timeoutMs: number) => Promise<ServiceManager>,
): Fleet {
  checkOptions('openFleet', fleetSchema, options);
  const { concurrency = DEFAULT_CONCURRENCY, timeout = DEFAULT_TIMEOUT, openManager } = options;
  const machines = checkMachines(options.machines);
  const timeoutMs = toMs(timeout, 'timeout');
  return new Fleet({
    machines,
    concurrency,
    timeoutMs,
    clock,
    openManager: async (machine) => {
      const open = openManager ?? openRemote;
      if (!open) throw new TypeError('there is nothing that opens a manager');
      return open(machine, timeoutMs);
    },
  });
}

export type { FleetOptions };
