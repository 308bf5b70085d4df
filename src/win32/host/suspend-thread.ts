import { bindTable, fn } from '../bind-table.ts';
import type { Ffi } from '../ffi/ffi.ts';

const FUNCTIONS = { SuspendThread: fn('kernel32', 'u32', ['ptr']) } as const;

/**
 * Suspends a thread of this process for good. It is not terminated: it ends with the process, and locks that it may hold
 * stay consistent until then.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-suspendthread
 */
export function suspendThread(ffi: Ffi, thread: bigint): void {
  bindTable(ffi, FUNCTIONS).SuspendThread(thread);
}
