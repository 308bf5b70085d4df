import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ProcessWatch, ScmClient } from '../../scm/scm-client.ts';
import { toMs } from '../../util/duration.ts';
import { hasCode } from '../has-code.ts';
import type { ServiceTarget } from './service-target.ts';
import { DEFAULT_TIMEOUT, type WaitOptions } from './wait-for.ts';

const NAME_POLL_MS = 50;

/** Returns whether a service of this name exists. */
export async function exists(client: ScmClient, name: string): Promise<boolean> {
  try {
    await client.status(name);
    return true;
  } catch (error) {
    if (hasCode(error, 'ERROR_SERVICE_DOES_NOT_EXIST')) return false;
    throw error;
  }
}

/** Waits until the process of a stopped service has ended: before that its files are locked. @throws ServiceError STATE_NOT_REACHED */
export async function waitForExit(
  { client, clock, name }: ServiceTarget,
  pid: number,
  process: ProcessWatch,
  options: WaitOptions,
): Promise<void> {
  const until = clock.now() + toMs(options.timeout ?? DEFAULT_TIMEOUT, 'timeout');
  for (let poll = 1; !process.ended(); poll = Math.min(100, poll * 1.5)) {
    options.signal?.throwIfAborted();
    if (clock.now() > until) {
      const what = process.denied
        ? `whether its process ${pid} has ended is unknown: Windows denies access to it (OpenProcess: 5). Run it elevated, or stop without waiting for the process (processEnd: false)`
        : `its process ${pid} still runs and keeps its files locked`;
      throw new ServiceError('STATE_NOT_REACHED', `Service "${name}" is stopped, but ${what}.`, {
        details: { pid, denied: process.denied },
      });
    }
    await client.nextChange(name, poll, options.signal);
  }
}

/** Waits until the name of a deleted service is free. @throws Win32Error 1072 */
export async function waitForDeletion({ client, clock, name }: ServiceTarget, options: WaitOptions): Promise<void> {
  const until = clock.now() + toMs(options.timeout ?? DEFAULT_TIMEOUT, 'timeout');
  while (await exists(client, name)) {
    // The handle of that query must not keep the service alive.
    client.release(name);
    options.signal?.throwIfAborted();
    if (clock.now() > until) {
      throw new Win32Error({
        api: 'DeleteService',
        win32Code: win32Code('ERROR_SERVICE_MARKED_FOR_DELETE'),
        action: `delete service "${name}"`,
        service: name,
      });
    }
    await client.nextChange(name, NAME_POLL_MS, options.signal);
  }
}
