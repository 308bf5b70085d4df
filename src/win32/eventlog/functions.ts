import { fn } from '../bind-table.ts';

/** What writing to the event log calls. */
export const WRITE_FUNCTIONS = {
  RegisterEventSourceW: fn('advapi32', 'ptr', ['text', 'text']),
  DeregisterEventSource: fn('advapi32', 'i32', ['ptr']),
  // wType, wCategory and wNumStrings are WORDs; a register holds them like a DWORD.
  ReportEventW: fn('advapi32', 'i32', ['ptr', 'u32', 'u32', 'u32', 'ptr', 'u32', 'u32', 'ptr', 'ptr']),
} as const;

/** What the settings of sources are made of. */
export const REGISTRY_FUNCTIONS = {
  RegCloseKey: fn('advapi32', 'u32', ['ptr']),
  RegConnectRegistryW: fn('advapi32', 'u32', ['text', 'ptr', 'ptr']),
  RegCreateKeyExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'ptr', 'u32', 'u32', 'ptr', 'ptr', 'ptr']),
  RegDeleteKeyExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'u32']),
  RegEnumKeyExW: fn('advapi32', 'u32', ['ptr', 'u32', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  RegEnumValueW: fn('advapi32', 'u32', ['ptr', 'u32', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  RegOpenKeyExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'u32', 'ptr']),
  RegQueryValueExW: fn('advapi32', 'u32', ['ptr', 'text', 'ptr', 'ptr', 'ptr', 'ptr']),
  RegSetValueExW: fn('advapi32', 'u32', ['ptr', 'text', 'u32', 'u32', 'ptr', 'u32']),
} as const;

/** What reading calls. https://learn.microsoft.com/windows/win32/api/winevt/ */
export const READ_FUNCTIONS = {
  EvtCancel: fn('wevtapi', 'i32', ['ptr']),
  EvtClose: fn('wevtapi', 'i32', ['ptr']),
  EvtFormatMessage: fn('wevtapi', 'i32', ['ptr', 'ptr', 'u32', 'u32', 'ptr', 'u32', 'u32', 'ptr', 'ptr']),
  EvtNext: fn('wevtapi', 'i32', ['ptr', 'u32', 'ptr', 'u32', 'u32', 'ptr']),
  EvtOpenPublisherMetadata: fn('wevtapi', 'ptr', ['ptr', 'text', 'text', 'u32', 'u32']),
  EvtOpenSession: fn('wevtapi', 'ptr', ['u32', 'ptr', 'u32', 'u32']),
  EvtQuery: fn('wevtapi', 'ptr', ['ptr', 'text', 'text', 'u32']),
  EvtRender: fn('wevtapi', 'i32', ['ptr', 'ptr', 'u32', 'u32', 'ptr', 'ptr', 'ptr']),
  EvtSubscribe: fn('wevtapi', 'ptr', ['ptr', 'ptr', 'text', 'text', 'ptr', 'ptr', 'ptr', 'u32']),
  CloseHandle: fn('kernel32', 'i32', ['ptr']),
  CreateEventW: fn('kernel32', 'ptr', ['ptr', 'i32', 'i32', 'text']),
  ResetEvent: fn('kernel32', 'i32', ['ptr']),
  SetEvent: fn('kernel32', 'i32', ['ptr']),
  WaitForMultipleObjects: fn('kernel32', 'u32', ['u32', 'ptr', 'i32', 'u32']),
} as const;
