import type { ServiceSources } from '../../scm/service-source.ts';
import { removeEventSource } from '../settings/event-source.ts';
import { hasCode } from '../has-code.ts';
import { retryWhileLocked } from '../retry-while-locked.ts';
import { NO_RECOVERY } from '../spec/new-service.ts';
import type { ServiceTarget } from './service-target.ts';
import { stopService, type StopOptions } from './stop-service.ts';
import { waitForDeletion } from './wait-for-exit.ts';

/** Options of {@link ServiceClient.uninstall}: the service is stopped first. */
export interface UninstallOptions extends StopOptions {
  /** A service that doesn't exist is no error. Default `false`. */
  readonly missingOk?: boolean;
  /**
   * Keeps the event source, so that Event Viewer still shows the records. Default `false`: a source of the service's
   * name is removed if winsvc made it.
   */
  readonly keepEventSource?: boolean;
}

/** Stops a service, deletes it, and waits until its name is free. */
export async function uninstallService(
  target: ServiceTarget,
  sources: ServiceSources | undefined,
  options: UninstallOptions,
): Promise<void> {
  const { client, name } = target;
  const restoreRecovery = await disableRecovery(target);
  try {
    await stopService(target, options);
    await retryWhileLocked(client, name, () => client.delete(name));
  } catch (error) {
    if (options.missingOk && hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST')) return;
    // Another program deleted it first: only the wait for the name is left.
    if (!hasCode(error, 'ERROR_SERVICE_MARKED_FOR_DELETE')) {
      await restoreRecovery();
      throw error;
    }
  }
  client.release(name);
  await waitForDeletion(target, options);
  if (!options.keepEventSource) await removeEventSource(sources, name);
}

/**
 * Disables recovery, so that the SCM doesn't start the service again when its stop ends with a failure.
 * Best effort: without the right to do it, or where the system has no recovery, the removal continues.
 *
 * @returns a function that restores it.
 */
async function disableRecovery({ client, name }: ServiceTarget): Promise<() => Promise<void>> {
  const nothing = (): Promise<void> => Promise.resolve();
  try {
    const { recovery } = (await client.readConfig(name)).config;
    if (!recovery || recovery.actions.length === 0) return nothing;
    await client.change(name, { recovery: NO_RECOVERY });
    return () => client.change(name, { recovery }).catch(() => undefined);
  } catch {
    return nothing;
  }
}
