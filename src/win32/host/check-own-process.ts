import { ServiceError } from '../../errors/service-error.ts';
import { bindTable, fn } from '../bind-table.ts';
import type { Ffi } from '../ffi/ffi.ts';

const FUNCTIONS = {
  OpenSCManagerW: fn('advapi32', 'ptr', ['text', 'text', 'u32']),
  OpenServiceW: fn('advapi32', 'ptr', ['ptr', 'text', 'u32']),
  QueryServiceStatusEx: fn('advapi32', 'i32', ['ptr', 'u32', 'ptr', 'u32', 'ptr']),
  CloseServiceHandle: fn('advapi32', 'i32', ['ptr']),
} as const;

const SC_MANAGER_CONNECT = 0x1;
const SERVICE_QUERY_STATUS = 0x4;
const SC_STATUS_PROCESS_INFO = 0;
/** Size of SERVICE_STATUS_PROCESS, and the offset of dwProcessId. */
const STATUS_BYTES = 36;
const PROCESS_ID_AT = 28;

/**
 * Checks that the SCM started this process for the service whose connection it got. A program that an administrator runs
 * in a terminal can get the connection of a service that starts at the same moment. The check is for programs in a terminal
 * and for services whose name differs from the definition: it costs two calls of the SCM.
 *
 * @throws ServiceError WRONG_SERVICE when the SCM started another process for that service
 */
export function checkOwnProcess(ffi: Ffi, installed: string, defined: string): void {
  const pid = processIdOf(ffi, installed);
  if (pid === undefined || pid === 0 || pid === process.pid) return;
  throw new ServiceError(
    'WRONG_SERVICE',
    `This process (${process.pid}) of service "${defined}" got the connection of service "${installed}", which the SCM started as process ${pid}. Start "${installed}" again, and run this program in the terminal when no service is starting.`,
    { details: { service: installed, definition: defined, pid } },
  );
}

/** Returns the process of a service; undefined: the account may not query it. */
function processIdOf(ffi: Ffi, service: string): number | undefined {
  const api = bindTable(ffi, FUNCTIONS);
  const manager = api.OpenSCManagerW(null, null, SC_MANAGER_CONNECT) as bigint | null;
  if (!manager) return undefined;
  const handle = api.OpenServiceW(manager, service, SERVICE_QUERY_STATUS) as bigint | null;
  try {
    if (!handle) return undefined;
    const status = Buffer.alloc(STATUS_BYTES);
    const needed = Buffer.alloc(4);
    const done = api.QueryServiceStatusEx(handle, SC_STATUS_PROCESS_INFO, status, STATUS_BYTES, needed);
    return done ? status.readUInt32LE(PROCESS_ID_AT) : undefined;
  } finally {
    if (handle) api.CloseServiceHandle(handle);
    api.CloseServiceHandle(manager);
  }
}
