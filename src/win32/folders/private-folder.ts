import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Ffi } from './ffi/ffi.ts';
import { Win32Error } from '../errors/win32-error.ts';
import { bindTable, fn } from './bind-table.ts';
import { defineStruct } from './ffi/struct.ts';

const FUNCTIONS = {
  CreateDirectoryW: fn('kernel32', 'i32', ['text', 'ptr']),
  LocalFree: fn('kernel32', 'ptr', ['ptr']),
  ConvertStringSecurityDescriptorToSecurityDescriptorW: fn('advapi32', 'i32', ['text', 'u32', 'ptr', 'ptr']),
} as const;

export const SECURITY_ATTRIBUTES = defineStruct('SECURITY_ATTRIBUTES', {
  nLength: 'u32',
  lpSecurityDescriptor: 'ptr',
  bInheritHandle: 'i32',
});

/** Nothing is inherited from above; the system, administrators and whoever owns a file have all rights, for all that is inside. */
const PRIVATE = 'D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)';
const SDDL_REVISION_1 = 1;
const ERROR_ALREADY_EXISTS = 183;

/**
 * Makes a folder, and those above it that are missing, that only its owner (the account of the service) and
 * administrators can read and write: logs hold what others must not see, and a folder that others can write to lets
 * them plant files. One that exists is left as it is.
 *
 * Source: https://learn.microsoft.com/windows/win32/secauthz/ace-strings
 */
export function makePrivateFolder(path: string, openFfi: () => Ffi): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makePrivateFolder(parent, openFfi);
  const ffi = openFfi();
  const api = bindTable(ffi, FUNCTIONS);
  const fail = (name: string, win32Code: number): Win32Error =>
    new Win32Error({ api: name, win32Code, action: `make the folder ${path}` });
  const out = ffi.alloc(16);
  try {
    const convert = 'ConvertStringSecurityDescriptorToSecurityDescriptorW';
    if (!api[convert](PRIVATE, SDDL_REVISION_1, out.address, null)) throw fail(convert, ffi.lastError());
    const descriptor = process.arch === 'ia32' ? BigInt(out.buffer.readUInt32LE(0)) : out.buffer.readBigUInt64LE(0);
    const made = api.CreateDirectoryW(
      path,
      SECURITY_ATTRIBUTES.make({ nLength: SECURITY_ATTRIBUTES.size, lpSecurityDescriptor: descriptor }),
    );
    const code = made ? 0 : ffi.lastError();
    api.LocalFree(descriptor);
    // Another process may have been faster.
    if (code !== 0 && code !== ERROR_ALREADY_EXISTS) throw fail('CreateDirectoryW', code);
  } finally {
    out.free();
  }
}
