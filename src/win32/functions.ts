import type { Ffi } from './ffi/ffi.ts';
import { bindTable, type BoundTable, fn } from './bind-table.ts';

/** Functions that the host thread calls. */
export const HOST_FUNCTIONS = {
  RegisterServiceCtrlHandlerExW: fn('advapi32', 'ptr', ['text', 'ptr', 'ptr']),
  SetServiceStatus: fn('advapi32', 'i32', ['ptr', 'ptr']),

  CloseHandle: fn('kernel32', 'i32', ['ptr']),
  CreateThread: fn('kernel32', 'ptr', ['ptr', 'ptr', 'ptr', 'ptr', 'u32', 'ptr']),
  GetCurrentProcess: fn('kernel32', 'ptr', []),
  TerminateProcess: fn('kernel32', 'i32', ['ptr', 'u32']),
  WaitForSingleObject: fn('kernel32', 'u32', ['ptr', 'u32']),
} as const;

export type Win32Api = BoundTable<typeof HOST_FUNCTIONS>;

export function createWin32Api(ffi: Ffi): Win32Api {
  return bindTable(ffi, HOST_FUNCTIONS);
}
