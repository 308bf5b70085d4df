import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { bindTable, fn } from '../bind-table.ts';

const FUNCTIONS = {
  GetNamedSecurityInfoW: fn('advapi32', 'u32', ['text', 'u32', 'u32', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr']),
  ConvertSecurityDescriptorToStringSecurityDescriptorW: fn('advapi32', 'i32', ['ptr', 'u32', 'u32', 'ptr', 'ptr']),
  LocalFree: fn('kernel32', 'ptr', ['ptr']),
} as const;
const SE_FILE_OBJECT = 1;
const DACL_SECURITY_INFORMATION = 0x4;
const SDDL_REVISION_1 = 1;

/**
 * The access list of a file or folder as SDDL.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/aclapi/nf-aclapi-getnamedsecurityinfow
 */
export function readAccessList(ffi: Ffi, path: string): string {
  const api = bindTable(ffi, FUNCTIONS);
  const out = ffi.alloc(16);
  const action = `read the access list of ${path}`;
  const pointer = (): bigint =>
    process.arch === 'ia32' ? BigInt(out.buffer.readUInt32LE(0)) : out.buffer.readBigUInt64LE(0);
  try {
    const code = Number(
      api.GetNamedSecurityInfoW(path, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, null, null, null, null, out.address),
    );
    if (code !== 0) throw new Win32Error({ api: 'GetNamedSecurityInfoW', win32Code: code, action });
    const descriptor = pointer();
    const name = 'ConvertSecurityDescriptorToStringSecurityDescriptorW';
    const done = api[name](descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, out.address, null);
    const lastError = ffi.lastError();
    api.LocalFree(descriptor);
    if (!done) throw new Win32Error({ api: name, win32Code: lastError, action });
    const text = pointer();
    const sddl = ffi.readText(text);
    api.LocalFree(text);
    return sddl;
  } finally {
    out.free();
  }
}
