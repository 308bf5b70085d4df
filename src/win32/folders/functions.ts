import { fn } from '../bind-table.ts';
import { defineStruct } from '../ffi/struct.ts';

/** Calls that make and check folders. https://learn.microsoft.com/windows/win32/secauthz/ */
export const FOLDER_FUNCTIONS = {
  CloseHandle: fn('kernel32', 'i32', ['ptr']),
  CreateDirectoryW: fn('kernel32', 'i32', ['text', 'ptr']),
  CreateFileW: fn('kernel32', 'ptr', ['text', 'u32', 'u32', 'ptr', 'u32', 'u32', 'ptr']),
  GetCurrentProcess: fn('kernel32', 'ptr', []),
  GetFileInformationByHandle: fn('kernel32', 'i32', ['ptr', 'ptr']),
  LocalFree: fn('kernel32', 'ptr', ['ptr']),
  ConvertSecurityDescriptorToStringSecurityDescriptorW: fn('advapi32', 'i32', ['ptr', 'u32', 'u32', 'ptr', 'ptr']),
  ConvertSidToStringSidW: fn('advapi32', 'i32', ['ptr', 'ptr']),
  ConvertStringSecurityDescriptorToSecurityDescriptorW: fn('advapi32', 'i32', ['text', 'u32', 'ptr', 'ptr']),
  GetSecurityDescriptorDacl: fn('advapi32', 'i32', ['ptr', 'ptr', 'ptr', 'ptr']),
  GetSecurityDescriptorOwner: fn('advapi32', 'i32', ['ptr', 'ptr', 'ptr']),
  GetSecurityInfo: fn('advapi32', 'u32', ['ptr', 'u32', 'u32', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  GetTokenInformation: fn('advapi32', 'i32', ['ptr', 'u32', 'ptr', 'u32', 'ptr']),
  LookupAccountNameW: fn('advapi32', 'i32', ['text', 'text', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  OpenProcessToken: fn('advapi32', 'i32', ['ptr', 'u32', 'ptr']),
  SetSecurityInfo: fn('advapi32', 'u32', ['ptr', 'u32', 'u32', 'ptr', 'ptr', 'ptr', 'ptr']),
} as const;

export const SECURITY_ATTRIBUTES = defineStruct('SECURITY_ATTRIBUTES', {
  nLength: 'u32',
  lpSecurityDescriptor: 'ptr',
  bInheritHandle: 'i32',
});

/** Size of BY_HANDLE_FILE_INFORMATION, which begins with the attributes. */
export const FILE_INFORMATION_BYTES = 52;

export const SDDL_REVISION_1 = 1;
export const SE_FILE_OBJECT = 1;
export const SECURITY = { owner: 0x1, dacl: 0x4, protectedDacl: 0x8000_0000 } as const;
export const ACCESS = {
  readAttributes: 0x80,
  readControl: 0x2_0000,
  writeDac: 0x4_0000,
  writeOwner: 0x8_0000,
} as const;
export const SHARE_ALL = 0x7;
export const OPEN_EXISTING = 3;
export const FLAG = { openReparsePoint: 0x20_0000, backupSemantics: 0x200_0000 } as const;
export const ATTRIBUTE = { directory: 0x10, reparsePoint: 0x400 } as const;
export const TOKEN_QUERY = 0x8;
export const TOKEN_USER = 1;
export const ERROR_ALREADY_EXISTS = 183;
