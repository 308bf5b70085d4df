import { checkOptions } from '../errors/check-options.ts';
import { ServiceError } from '../errors/service-error.ts';
import { openServiceManager, type ServiceManager } from '../manager/index.ts';
import { systemClock } from '../util/clock.ts';
import { describeWrongMachine, urlWithMachine } from '../util/machine-url.ts';
import { createDiskReleaseFiles } from './disk-release-files.ts';
import { lockService } from './lock.ts';
import { adminShare } from './admin-share.ts';
import { rollbackWith } from './rollback.ts';
import { upgradeWith } from './upgrade.ts';
import {
  type RollbackOptions,
  rollbackSchema,
  type SwitchOptions,
  type UpgradeOptions,
  upgradeSchema,
} from './upgrade-options.ts';
import { targetsOf, type UpgradeParts } from './upgrade-parts.ts';
import type { SwitchResult } from './upgrade-result.ts';

export type { RollbackOptions, SwitchOptions, SwitchStep, UpgradeOptions } from './upgrade-options.ts';
export type { RecoveredSwitch, SwitchResult, SwitchTimes } from './upgrade-result.ts';
export type { SourceLimits } from './source/source-limits.ts';
export type { Check } from '../health/index.ts';

/**
 * Puts a new release of a service in place: copies it into a folder of its own, stops the service, points it at the new
 * folder, starts it and waits until it runs and is ready. When a step fails, the old release is started again. A call
 * after a crash first undoes what the crashed one began.
 *
 * Needs an administrator. Both outcomes go to the event log, with the ids 120 (done), 121 (failed) and 122 (undone).
 *
 * @throws ServiceError UPGRADE_FAILED when the new release failed: `details.restored` says whether the old one is back;
 *   RELEASE_INVALID, UPGRADE_RUNNING, INVALID_OPTIONS before anything is changed; Win32Error 1060, 5, …
 * @example
 * const { from, to, times } = await upgradeService({
 *   service: 'Orders',
 *   from: 'C:\\build\\orders-2.1.0.tgz',
 *   readyUrl: 'http://localhost:3000/readyz',
 *   stableFor: '1m',
 * });
 */
export async function upgradeService(options: UpgradeOptions): Promise<SwitchResult> {
  checkOptions('upgradeService', upgradeSchema, options);
  return withManager(options.manager, async (manager) =>
    upgradeWith(await openParts(manager, options.service), forMachine(options, manager)),
  );
}

/**
 * Goes back to an earlier release of a service, in the same steps as an upgrade. After an upgrade that crashed, it undoes
 * that one.
 *
 * @throws what `upgradeService` throws; ServiceError INVALID_OPTIONS when there is no such release.
 */
export async function rollbackService(options: RollbackOptions): Promise<SwitchResult> {
  checkOptions('rollbackService', rollbackSchema, options);
  return withManager(options.manager, async (manager) =>
    rollbackWith(await openParts(manager, options.service), forMachine(options, manager)),
  );
}

async function withManager<T>(
  given: ServiceManager | undefined,
  work: (manager: ServiceManager) => Promise<T>,
): Promise<T> {
  if (given) return work(given);
  const manager = await openServiceManager();
  try {
    return await work(manager);
  } finally {
    await manager.close();
  }
}

/** Lets the readiness URL be one of the machine that the service is on. */
function forMachine<T extends SwitchOptions>(options: T, { machine }: ServiceManager): T {
  if (options.readyUrl === undefined) return options;
  const readyUrl = urlWithMachine(options.readyUrl, machine);
  const wrong = describeWrongMachine(readyUrl, machine);
  if (wrong === undefined) return { ...options, readyUrl };
  throw new ServiceError('INVALID_OPTIONS', `readyUrl: ${wrong}`, { details: { machine, readyUrl } });
}

async function openParts(manager: ServiceManager, service: string): Promise<UpgradeParts> {
  const { machine } = manager;
  const isLocal = machine === undefined;
  const { openEventLog } = await import('../eventlog/index.ts');
  return {
    ...targetsOf(manager, service),
    files: createDiskReleaseFiles(isLocal ? undefined : (path) => adminShare(machine, path)),
    clock: systemClock,
    record(severity, id, message) {
      if (process.platform !== 'win32') return;
      try {
        using log = openEventLog({
          source: service,
          fallback: { write: () => undefined },
          ...(isLocal ? {} : { machine }),
        });
        log.write(severity, message, { id });
      } catch {
        // The outcome is in the result too.
      }
    },
    kill: isLocal && process.platform === 'win32' ? (pid) => process.kill(pid) : undefined,
    alive: isLocal && process.platform === 'win32' ? isAlive : undefined,
    lock: () => lockService(service, machine),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
