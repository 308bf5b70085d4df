import { ERROR } from './constants.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';

/** (ULONG_PTR)((LONG)0x80000002): the sign is part of it. */
const HKEY_LOCAL_MACHINE = process.arch === 'ia32' ? 0x80000002n : 0xffffffff80000002n;
const KEY_QUERY_VALUE = 0x1;
const KEY_SET_VALUE = 0x2;
const KEY_CREATE_SUB_KEY = 0x4;
const REG_OPTION_NON_VOLATILE = 0;

/** A value in the registry key of a service. */
export interface ValuePlace {
  readonly service: string;
  /** Key below that of the service. Default: the service's own. */
  readonly subkey?: string;
  readonly value: string;
}

/** Reads the bytes of a value; `undefined` when there is none. @throws Win32Error */
export function readValue(calls: ScmCalls, place: ValuePlace, context: CallContext): Promise<Buffer | undefined> {
  return withKey(calls, place, KEY_QUERY_VALUE, context, async (key) => {
    if (key === undefined) return undefined;
    const size = calls.ffi.alloc(8);
    try {
      const asked = await calls.api.RegQueryValueExW.async(key, place.value, null, null, null, size.address);
      if (asked.value === ERROR.FILE_NOT_FOUND) return undefined;
      check(calls, 'RegQueryValueExW', asked.value, context);
      const memory = calls.ffi.alloc(Math.max(4, size.buffer.readUInt32LE(0)));
      try {
        const read = await calls.api.RegQueryValueExW.async(key, place.value, null, null, memory.address, size.address);
        check(calls, 'RegQueryValueExW', read.value, context);
        return Buffer.from(memory.buffer.subarray(0, size.buffer.readUInt32LE(0)));
      } finally {
        memory.free();
      }
    } finally {
      size.free();
    }
  });
}

/** Writes a value, and makes its key. `undefined`: deletes it. @throws Win32Error */
export async function writeValue(
  calls: ScmCalls,
  place: ValuePlace,
  data: { readonly type: number; readonly bytes: Buffer } | undefined,
  context: CallContext,
): Promise<void> {
  const access = data ? KEY_SET_VALUE | KEY_CREATE_SUB_KEY : KEY_SET_VALUE;
  await withKey(calls, place, access, context, async (key) => {
    if (!data) {
      if (key === undefined) return;
      const { value } = await calls.api.RegDeleteValueW.async(key, place.value);
      if (value !== ERROR.FILE_NOT_FOUND) check(calls, 'RegDeleteValueW', value, context);
      return;
    }
    const { type, bytes } = data;
    const memory = calls.ffi.alloc(bytes.length);
    try {
      bytes.copy(memory.buffer);
      const args = [key ?? 0n, place.value, 0, type, memory.address, bytes.length] as const;
      const { value } = await calls.api.RegSetValueExW.async(...args);
      check(calls, 'RegSetValueExW', value, context);
    } finally {
      memory.free();
    }
  });
}

/** Opens the key of a service, and the one below it, which is made for a writer. */
async function withKey<T>(
  calls: ScmCalls,
  { service, subkey }: ValuePlace,
  access: number,
  context: CallContext,
  fn: (key: bigint | undefined) => Promise<T>,
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
    const path = `SYSTEM\\CurrentControlSet\\Services\\${service}`;
    const { value } = await calls.api.RegOpenKeyExW.async(root, path, 0, access, out.address);
    // Every service has a key: without one it has just been deleted.
    if (value === ERROR.FILE_NOT_FOUND || value === ERROR.KEY_DELETED)
      throw calls.error('RegOpenKeyExW', ERROR.SERVICE_DOES_NOT_EXIST, context);
    check(calls, 'RegOpenKeyExW', value, context);
    const key = take();
    if (subkey === undefined) return await fn(key);
    const below = await openBelow(calls, key, subkey, access, out.address, context);
    return await fn(below ? take() : undefined);
  } finally {
    for (const key of opened.reverse()) calls.api.RegCloseKey(key);
    out.free();
  }
}

/** Opens a key below another one, and makes it for a writer. Returns whether there is one. */
async function openBelow(
  calls: ScmCalls,
  key: bigint,
  subkey: string,
  access: number,
  out: bigint,
  context: CallContext,
): Promise<boolean> {
  if ((access & KEY_CREATE_SUB_KEY) === 0) {
    const { value } = await calls.api.RegOpenKeyExW.async(key, subkey, 0, access, out);
    if (value === ERROR.FILE_NOT_FOUND) return false;
    check(calls, 'RegOpenKeyExW', value, context);
    return true;
  }
  const own = access & ~KEY_CREATE_SUB_KEY;
  const args = [key, subkey, 0, null, REG_OPTION_NON_VOLATILE, own, null, out, null] as const;
  const { value } = await calls.api.RegCreateKeyExW.async(...args);
  check(calls, 'RegCreateKeyExW', value, context);
  return true;
}

/** Registry calls return their error. */
function check(calls: ScmCalls, api: string, value: unknown, context: CallContext): void {
  if (value !== 0) throw calls.error(api, Number(value), context);
}
