import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi } from '../ffi/ffi.ts';
import type { BoundTable } from '../bind-table.ts';
import { defineStruct } from '../ffi/struct.ts';
import { EVT_RPC_LOGIN } from './constants.ts';
import type { READ_FUNCTIONS } from './functions.ts';

/** https://learn.microsoft.com/windows/win32/api/winevt/ns-winevt-evt_rpc_login */
export const EVT_RPC_LOGIN_STRUCT = defineStruct('EVT_RPC_LOGIN', {
  Server: 'ptr',
  User: 'ptr',
  Domain: 'ptr',
  Password: 'ptr',
  Flags: 'u32',
});

/** A session with another machine, as the user that this process runs as. @throws Win32Error */
export async function openEventSession(
  ffi: Ffi,
  api: BoundTable<typeof READ_FUNCTIONS>,
  machine: string,
): Promise<bigint> {
  const name = Buffer.from(`${machine}\0`, 'utf16le');
  const memory = ffi.alloc(EVT_RPC_LOGIN_STRUCT.size + name.length);
  try {
    EVT_RPC_LOGIN_STRUCT.write(memory.buffer, { Server: memory.address + BigInt(EVT_RPC_LOGIN_STRUCT.size) });
    name.copy(memory.buffer, EVT_RPC_LOGIN_STRUCT.size);
    const { value, lastError } = await api.EvtOpenSession.async(EVT_RPC_LOGIN, memory.address, 0, 0);
    if (!value) {
      const action = `reach the event logs of ${machine}`;
      throw new Win32Error({ api: 'EvtOpenSession', win32Code: lastError, action });
    }
    return value as bigint;
  } finally {
    memory.free();
  }
}
