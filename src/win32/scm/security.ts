import { Win32Error } from '../../errors/win32-error.ts';
import { ERROR } from './constants.ts';
import type { ScmCalls } from './scm-calls.ts';

/** Owner, group and access list; the audit list needs a privilege that few have. */
const OWNER_GROUP_DACL = 0x7;
const DACL = 0x4;
const SDDL_REVISION_1 = 1;

/** Reads the security descriptor as SDDL; `undefined`: the caller may not read it. */
export async function readSecurity(calls: ScmCalls, name: string): Promise<string | undefined> {
  try {
    return await calls.withService(
      name,
      ['READ_CONTROL'],
      `read the security of service "${name}"`,
      async (handle, context) => {
        const descriptor = await calls.query(
          'QueryServiceObjectSecurity',
          (memory, needed) => [handle, OWNER_GROUP_DACL, memory.address, memory.buffer.length, needed.address],
          context,
          (memory) => Buffer.from(memory.buffer),
        );
        const memory = calls.ffi.alloc(descriptor.length);
        const out = calls.ffi.alloc(16);
        try {
          descriptor.copy(memory.buffer);
          const api = 'ConvertSecurityDescriptorToStringSecurityDescriptorW';
          await calls.call(api, [memory.address, SDDL_REVISION_1, OWNER_GROUP_DACL, out.address, null], context);
          const text = readPointer(out.buffer);
          const sddl = calls.ffi.readText(text);
          calls.api.LocalFree(text);
          return sddl;
        } finally {
          memory.free();
          out.free();
        }
      },
    );
  } catch (error) {
    if (error instanceof Win32Error && (error.win32Code === ERROR.ACCESS_DENIED || error.win32Code === 120))
      return undefined;
    throw error;
  }
}

/** Sets the access list that an SDDL text describes. */
export async function writeSecurity(calls: ScmCalls, name: string, sddl: string): Promise<void> {
  const action = `set the security of service "${name}"`;
  await calls.withService(name, ['WRITE_DAC'], action, async (handle, context) => {
    const out = calls.ffi.alloc(16);
    try {
      await calls.call(
        'ConvertStringSecurityDescriptorToSecurityDescriptorW',
        [sddl, SDDL_REVISION_1, out.address, null],
        context,
      );
      const descriptor = readPointer(out.buffer);
      try {
        await calls.call('SetServiceObjectSecurity', [handle, DACL, descriptor], context);
      } finally {
        calls.api.LocalFree(descriptor);
      }
    } finally {
      out.free();
    }
  });
}

function readPointer(buffer: Buffer): bigint {
  return process.arch === 'ia32' ? BigInt(buffer.readUInt32LE(0)) : buffer.readBigUInt64LE(0);
}
