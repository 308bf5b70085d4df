import type { CallContext, ScmCalls } from './scm-calls.ts';
import { S } from './structs.ts';

const TOKEN_ADJUST_PRIVILEGES = 0x20;
const TOKEN_QUERY = 0x8;
const SE_PRIVILEGE_ENABLED = 0x2;

/**
 * Enables a privilege of this process while `work` runs: an administrator has it, but disabled. Without the privilege the
 * call that needs it fails.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-adjusttokenprivileges
 */
export async function withPrivilege<T>(
  calls: ScmCalls,
  name: 'SeShutdownPrivilege',
  context: CallContext,
  work: () => Promise<T>,
): Promise<T> {
  const { api, ffi } = calls;
  const out = ffi.alloc(8);
  const wanted = ffi.alloc(S.TOKEN_PRIVILEGES.size);
  const before = ffi.alloc(S.TOKEN_PRIVILEGES.size);
  const action = { ...context, action: `${context.action} (switch ${name} on)` };
  try {
    await calls.call('LookupPrivilegeValueW', [null, name, out.address], action);
    S.TOKEN_PRIVILEGES.write(wanted.buffer, {
      PrivilegeCount: 1,
      Privileges: S.LUID_AND_ATTRIBUTES.make({
        Luid: Buffer.from(out.buffer.subarray(0, 8)),
        Attributes: SE_PRIVILEGE_ENABLED,
      }),
    });
    await calls.call(
      'OpenProcessToken',
      [api.GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, out.address],
      action,
    );
    const token = process.arch === 'ia32' ? BigInt(out.buffer.readUInt32LE(0)) : out.buffer.readBigUInt64LE(0);
    calls.openHandles += 1;
    try {
      const args = [token, 0, wanted.address, before.buffer.length, before.address, out.address] as const;
      await calls.call('AdjustTokenPrivileges', args, action);
      try {
        return await work();
      } finally {
        // It holds the changed privileges only: none, if it was enabled already.
        await api.AdjustTokenPrivileges.async(token, 0, before.address, 0, null, null);
      }
    } finally {
      api.CloseHandle(token);
      calls.openHandles -= 1;
    }
  } finally {
    for (const memory of [out, wanted, before]) memory.free();
  }
}
