import { fn } from '../bind-table.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';

/** Calls that write to the event log. */
export const WRITE_FUNCTIONS = {
  RegisterEventSourceW: fn('advapi32', 'ptr', ['text', 'text']),
  DeregisterEventSource: fn('advapi32', 'i32', ['ptr']),
  // wType, wCategory and wNumStrings are WORDs; a register holds them like a DWORD.
  ReportEventW: fn('advapi32', 'i32', ['ptr', 'u32', 'u32', 'u32', 'ptr', 'u32', 'u32', 'ptr', 'ptr']),
} as const;

/** Calls that read event logs. Source: https://learn.microsoft.com/windows/win32/api/winevt/ */
export const READ_FUNCTIONS = {
  EvtCancel: fn('wevtapi', 'i32', ['ptr']),
  EvtClose: fn('wevtapi', 'i32', ['ptr']),
  EvtCreateBookmark: fn('wevtapi', 'ptr', ['text']),
  EvtFormatMessage: fn('wevtapi', 'i32', ['ptr', 'ptr', 'u32', 'u32', 'ptr', 'u32', 'u32', 'ptr', 'ptr']),
  EvtNext: fn('wevtapi', 'i32', ['ptr', 'u32', 'ptr', 'u32', 'u32', 'ptr']),
  EvtOpenPublisherMetadata: fn('wevtapi', 'ptr', ['ptr', 'text', 'text', 'u32', 'u32']),
  EvtOpenSession: fn('wevtapi', 'ptr', ['u32', 'ptr', 'u32', 'u32']),
  EvtQuery: fn('wevtapi', 'ptr', ['ptr', 'text', 'text', 'u32']),
  EvtRender: fn('wevtapi', 'i32', ['ptr', 'ptr', 'u32', 'u32', 'ptr', 'ptr', 'ptr']),
  EvtSeek: fn(
    'wevtapi',
    'i32',
    // A LONGLONG: on 32 bits it takes the place of two arguments.
    POINTER_BYTES === 8 ? ['ptr', 'ptr', 'ptr', 'u32', 'u32'] : ['ptr', 'u32', 'u32', 'ptr', 'u32', 'u32'],
  ),
  EvtSubscribe: fn('wevtapi', 'ptr', ['ptr', 'ptr', 'text', 'text', 'ptr', 'ptr', 'ptr', 'u32']),
  EvtUpdateBookmark: fn('wevtapi', 'i32', ['ptr', 'ptr']),
  CloseHandle: fn('kernel32', 'i32', ['ptr']),
  CreateEventW: fn('kernel32', 'ptr', ['ptr', 'i32', 'i32', 'text']),
  ResetEvent: fn('kernel32', 'i32', ['ptr']),
  SetEvent: fn('kernel32', 'i32', ['ptr']),
  WaitForMultipleObjects: fn('kernel32', 'u32', ['u32', 'ptr', 'i32', 'u32']),
} as const;
