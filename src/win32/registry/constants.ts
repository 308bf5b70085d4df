import { POINTER_BYTES } from '../ffi/struct.ts';

/** A LONG as a pointer: on 64 bits it is sign-extended. */
export const HKEY_LOCAL_MACHINE = POINTER_BYTES === 8 ? 0xffff_ffff_8000_0002n : 0x8000_0002n;
export const REG_OPTION_NON_VOLATILE = 0;
export const KEY = {
  QUERY_VALUE: 0x1,
  SET_VALUE: 0x2,
  CREATE_SUB_KEY: 0x4,
  ENUMERATE_SUB_KEYS: 0x8,
  READ: 0x2_0019,
  /** The Event Log service is a 64-bit program; without this a 32-bit Node would get another registry. */
  WOW64_64KEY: 0x100,
} as const;
export const REG_SZ = 1;
export const REG_EXPAND_SZ = 2;
export const REG_DWORD = 4;
export const REG_MULTI_SZ = 7;
export const REG_QWORD = 11;

export const ERROR_SUCCESS = 0;
export const ERROR_FILE_NOT_FOUND = 2;
export const ERROR_ACCESS_DENIED = 5;
export const ERROR_MORE_DATA = 234;
export const ERROR_NO_MORE_ITEMS = 259;
