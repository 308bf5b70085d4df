import { fn } from '../bind-table.ts';
import { defineStruct } from '../ffi/struct.ts';

/** Calls about sessions. Source: https://learn.microsoft.com/windows/win32/api/wtsapi32/ */
export const SESSION_FUNCTIONS = {
  WTSEnumerateSessionsW: fn('wtsapi32', 'i32', ['ptr', 'u32', 'u32', 'ptr', 'ptr']),
  WTSFreeMemory: fn('wtsapi32', 'void', ['ptr']),
  WTSQuerySessionInformationW: fn('wtsapi32', 'i32', ['ptr', 'u32', 'u32', 'ptr', 'ptr']),
  WTSSendMessageW: fn('wtsapi32', 'i32', ['ptr', 'u32', 'ptr', 'u32', 'ptr', 'u32', 'u32', 'u32', 'ptr', 'i32']),
  WTSGetActiveConsoleSessionId: fn('kernel32', 'u32', []),
  GetCurrentProcess: fn('kernel32', 'ptr', []),
  TerminateProcess: fn('kernel32', 'i32', ['ptr', 'u32']),
} as const;

/** Source: https://learn.microsoft.com/windows/win32/api/wtsapi32/ns-wtsapi32-wts_session_infow */
export const WTS_SESSION_INFOW = defineStruct('WTS_SESSION_INFOW', {
  SessionId: 'u32',
  pWinStationName: 'ptr',
  State: 'u32',
});
