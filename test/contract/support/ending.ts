import type { ExitCode } from 'winsvc';
import { expect } from 'vitest';
import type { Seen, ServiceUnderTest } from '../driver.ts';

/** How a service ended: what the SCM keeps of it when the process is gone, and the exit code of the process. */
export interface ShutdownSequence {
  readonly exit: ExitCode | undefined;
  readonly process: number;
}

/** Looks only when the process is gone: a process that ends without STOPPED has 1067 there, and none other. */
export async function endingOf(service: ServiceUnderTest): Promise<ShutdownSequence> {
  const process = await service.gone();
  const { exit } = await service.waitFor('stopped');
  return { exit, process };
}

export const CLEAN: ShutdownSequence = { exit: { win32: 0 }, process: 0 };
/** ERROR_EXCEPTION_IN_SERVICE: something threw. */
export const FAILED: ShutdownSequence = { exit: { win32: 1064 }, process: 1 };
/** ERROR_SERVICE_REQUEST_TIMEOUT: something took too long. */
export const TIMED_OUT: ShutdownSequence = { exit: { win32: 1053 }, process: 1 };
/** A stop that was requested and that failed: recovery must not start the service again. */
export const FAILED_STOP: ShutdownSequence = { exit: { win32: 0 }, process: 1 };
/** ERROR_PROCESS_ABORTED: the process ended without STOPPED. */
export const crashed = (process: number): ShutdownSequence => ({ exit: { win32: 1067 }, process });

/** Stops it, and expects the end of a service that is well. */
export async function stopCleanly(service: ServiceUnderTest): Promise<void> {
  await service.control('stop');
  expect(await endingOf(service)).toEqual(CLEAN);
}

/** The states in order, without repeats. */
export function statesOf(history: readonly Seen[]): string[] {
  return history.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]);
}
