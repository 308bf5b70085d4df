import { fn } from '../bind-table.ts';
import { defineStruct } from '../ffi/struct.ts';

/** Calls of the Data Protection API. Source: https://learn.microsoft.com/windows/win32/api/dpapi/ */
export const PROTECTION_FUNCTIONS = {
  CryptProtectData: fn('crypt32', 'i32', ['ptr', 'text', 'ptr', 'ptr', 'ptr', 'u32', 'ptr']),
  CryptUnprotectData: fn('crypt32', 'i32', ['ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'u32', 'ptr']),
  LocalFree: fn('kernel32', 'ptr', ['ptr']),
  RtlZeroMemory: fn('kernel32', 'void', ['ptr', 'ptr']),
} as const;

/** Source: https://learn.microsoft.com/windows/win32/api/dpapi/ns-dpapi-crypt_integer_blob */
export const DATA_BLOB = defineStruct('DATA_BLOB', { cbData: 'u32', pbData: 'ptr' });

/** A service has no desktop: without this flag Windows may try to ask the user. */
export const CRYPTPROTECT_UI_FORBIDDEN = 0x1;
export const CRYPTPROTECT_LOCAL_MACHINE = 0x4;
