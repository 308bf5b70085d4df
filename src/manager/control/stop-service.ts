import { win32Code } from '../../errors/win32-codes.ts';
import type { StopReasonInfo } from '../../scm/scm-client.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import { toMs } from '../../util/duration.ts';
import { hasCode } from '../has-code.ts';
import { retryWhileLocked } from '../retry-while-locked.ts';
import type { ServiceTarget } from './service-target.ts';
import { waitForExit } from './wait-for-exit.ts';
import { DEFAULT_TIMEOUT, waitForState, type WaitOptions } from './wait-for.ts';

/** Options of {@link ServiceClient.stop}. */
export interface StopOptions extends WaitOptions {
  /** Stops the services that depend on it first. Default `false`: the SCM refuses the stop with 1051 if any run. */
  readonly dependents?: boolean;
  /** Reason for the System event log. Ignored where the system has no ControlServiceEx: see `supportsStopReason`. */
  readonly reason?: StopReasonInfo;
  /** Also waits until the process has ended; until then its files are locked. Default `true`. */
  readonly processEnd?: boolean;
}

/** Stops a service and waits until its process has ended. Does nothing if it is stopped. */
export async function stopService(target: ServiceTarget, options: StopOptions): Promise<ServiceReport> {
  const { client, name } = target;
  const before = await client.status(name);
  // Opened while the process lives: afterwards its number may belong to another one.
  const process = client.processEnd(before.pid);
  try {
    if (before.state !== 'stopped' && before.state !== 'stopPending') {
      try {
        await sendStop(target, options);
      } catch (error) {
        // The process was killed, and the SCM has not seen it yet. Windows sees it at once, Wine at the next start.
        if (!hasCode(error, 'ERROR_NO_DATA', 'ERROR_BROKEN_PIPE') || !process.ended()) throw error;
        const exit = { win32: win32Code('ERROR_PROCESS_ABORTED') };
        return { ...before, state: 'stopped', pid: 0, checkpoint: 0, waitHintMs: 0, accepts: [], exit };
      }
    }
    const report = await waitForState(target, 'stopped', options, 'wait');
    if (options.processEnd !== false && before.type === 'ownProcess')
      await waitForExit(target, before.pid, process, options);
    return report;
  } finally {
    process.close();
  }
}

async function sendStop(target: ServiceTarget, options: StopOptions): Promise<void> {
  const { client, name } = target;
  const { reason, timeout = DEFAULT_TIMEOUT, signal } = options;
  const send = () =>
    retryWhileLocked(client, name, () => client.control(name, 'stop', reason), {
      timeoutMs: toMs(timeout, 'timeout'),
      ...(signal && { signal }),
    });
  try {
    await send();
  } catch (error) {
    if (hasCode(error, 'ERROR_SERVICE_NOT_ACTIVE')) return;
    if (!options.dependents || !hasCode(error, 'ERROR_DEPENDENT_SERVICES_RUNNING')) throw error;
    for (const dependent of await client.dependents(name, true))
      await stopService({ ...target, name: dependent.name }, options);
    await send();
  }
}
