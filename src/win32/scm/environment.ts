import { Win32Error } from '../../errors/win32-error.ts';
import { decodeMultiText, encodeMultiText } from './blob.ts';
import { ERROR } from './constants.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';

/** (ULONG_PTR)((LONG)0x80000002): the sign is part of it. */
const HKEY_LOCAL_MACHINE = process.arch === 'ia32' ? 0x80000002n : 0xffffffff80000002n;
const KEY_QUERY_VALUE = 0x1;
const KEY_SET_VALUE = 0x2;
const REG_MULTI_SZ = 7;
const VALUE = 'Environment';
const UNREADABLE = new Set<number>([ERROR.ACCESS_DENIED, ERROR.BAD_NETPATH, ERROR.RPC_SERVER_UNAVAILABLE]);

/**
 * Environment variables of one service: a list in its registry key. The SCM adds them to the environment of the service,
 * and has no function to read or write them.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/services-and-the-registry
 */
async function readEnvironment(calls: ScmCalls, name: string): Promise<Record<string, string>> {
  const context: CallContext = { action: `read the environment of service "${name}"`, service: name };
  return withKey(calls, name, KEY_QUERY_VALUE, context, async (key) => {
    const size = calls.ffi.alloc(8);
    try {
      const asked = await calls.api.RegQueryValueExW.async(key, VALUE, null, null, null, size.address);
      if (asked.value === ERROR.FILE_NOT_FOUND) return {};
      check(calls, 'RegQueryValueExW', asked.value, context);
      const memory = calls.ffi.alloc(Math.max(4, size.buffer.readUInt32LE(0)));
      try {
        const read = await calls.api.RegQueryValueExW.async(key, VALUE, null, null, memory.address, size.address);
        check(calls, 'RegQueryValueExW', read.value, context);
        return toVariables(decodeMultiText(Buffer.from(memory.buffer.subarray(0, size.buffer.readUInt32LE(0)))));
      } finally {
        memory.free();
      }
    } finally {
      size.free();
    }
  });
}

/**
 * Reads the variables, or returns `undefined` where they can't be read: no rights (5), or another machine without the
 * service Remote Registry (53, 1722).
 */
export async function readEnvironmentIfAllowed(
  calls: ScmCalls,
  name: string,
): Promise<Record<string, string> | undefined> {
  try {
    return await readEnvironment(calls, name);
  } catch (error) {
    if (error instanceof Win32Error && UNREADABLE.has(error.win32Code)) return undefined;
    throw error;
  }
}

export async function writeEnvironment(
  calls: ScmCalls,
  name: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const context: CallContext = { action: `set the environment of service "${name}"`, service: name };
  await withKey(calls, name, KEY_SET_VALUE, context, async (key) => {
    const lines = Object.entries(variables).map(([variable, value]) => `${variable}=${value}`);
    if (lines.length === 0) {
      const { value } = await calls.api.RegDeleteValueW.async(key, VALUE);
      if (value !== ERROR.FILE_NOT_FOUND) check(calls, 'RegDeleteValueW', value, context);
      return;
    }
    const bytes = encodeMultiText(lines);
    const memory = calls.ffi.alloc(bytes.length);
    try {
      bytes.copy(memory.buffer);
      const { value } = await calls.api.RegSetValueExW.async(key, VALUE, 0, REG_MULTI_SZ, memory.address, bytes.length);
      check(calls, 'RegSetValueExW', value, context);
    } finally {
      memory.free();
    }
  });
}

/** Variables of `NAME=value` lines. A name may begin with `=`: the current folder of a drive is stored as `=C:`. */
export function toVariables(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=', 1);
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

async function withKey<T>(
  calls: ScmCalls,
  name: string,
  access: number,
  context: CallContext,
  fn: (key: bigint) => Promise<T>,
): Promise<T> {
  const out = calls.ffi.alloc(16);
  const opened: bigint[] = [];
  const take = (): bigint => {
    const key = process.arch === 'ia32' ? BigInt(out.buffer.readUInt32LE(0)) : out.buffer.readBigUInt64LE(0);
    opened.push(key);
    return key;
  };
  try {
    let root = HKEY_LOCAL_MACHINE;
    if (calls.machine) {
      const { value } = await calls.api.RegConnectRegistryW.async(calls.machine, HKEY_LOCAL_MACHINE, out.address);
      check(calls, 'RegConnectRegistryW', value, context);
      root = take();
    }
    const path = `SYSTEM\\CurrentControlSet\\Services\\${name}`;
    const { value } = await calls.api.RegOpenKeyExW.async(root, path, 0, access, out.address);
    // Every service has a key: without one it has just been deleted.
    if (value === ERROR.FILE_NOT_FOUND || value === ERROR.KEY_DELETED)
      throw calls.error('RegOpenKeyExW', ERROR.SERVICE_DOES_NOT_EXIST, context);
    check(calls, 'RegOpenKeyExW', value, context);
    return await fn(take());
  } finally {
    for (const key of opened.reverse()) calls.api.RegCloseKey(key);
    out.free();
  }
}

/** Registry calls return their error. */
function check(calls: ScmCalls, api: string, value: unknown, context: CallContext): void {
  if (value !== 0) throw calls.error(api, Number(value), context);
}
