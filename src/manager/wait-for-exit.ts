import { ServiceError } from '../errors/service-error.ts';
import { win32Code } from '../errors/win32-codes.ts';
import { Win32Error } from '../errors/win32-error.ts';
import type { ProcessWatch, ScmClient } from '../scm/scm-client.ts';
import type { Clock } from '../util/clock.ts';
import { toMs } from '../util/duration.ts';
import { hasCode } from './has-code.ts';
import type { WaitOptions } from './wait-for.ts';

const NAME_POLL_MS = 50;

/** Whether there is a service of this name. */
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
  client: ScmClient,
  clock: Clock,
  name: string,
  pid: number,
  process: ProcessWatch,
  options: WaitOptions,
): Promise<void> {
  const until = clock.now() + toMs(options.timeout ?? '30s', 'timeout');
  for (let poll = 1; !process.ended(); poll = Math.min(100, poll * 1.5)) {
    options.signal?.throwIfAborted();
    if (clock.now() > until) {
      throw new ServiceError(
        'STATE_NOT_REACHED',
        `Service "${name}" is stopped, but its process ${pid} still runs and keeps its files locked.`,
        { details: { pid } },
      );
    }
    await client.nextChange(name, poll, options.signal);
  }
}

/** Waits until the name of a deleted service is free. @throws Win32Error 1072 */
export async function waitForDeletion(
  client: ScmClient,
  clock: Clock,
  name: string,
  options: WaitOptions,
): Promise<void> {
  const until = clock.now() + toMs(options.timeout ?? '30s', 'timeout');
  while (await exists(client, name)) {
    // Our own look at it must not be what keeps it.
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
