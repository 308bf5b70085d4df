import { Win32Error } from '../../errors/win32-error.ts';
import type { DataProtection } from '../../scm/data-protection.ts';
import { type BoundTable, bindTable } from '../bind-table.ts';
import type { Ffi, FfiResult } from '../ffi/ffi.ts';
import { CRYPTPROTECT_LOCAL_MACHINE, CRYPTPROTECT_UI_FORBIDDEN, DATA_BLOB, PROTECTION_FUNCTIONS } from './functions.ts';

/** Addresses of the three structures of a call. */
interface Blobs {
  readonly data: bigint;
  readonly context: bigint;
  readonly result: bigint;
}

/**
 * Creates the protection by DPAPI. The calls run on the thread pool: they ask the security service of Windows, and for
 * the account of a domain also its controller.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/dpapi/nf-dpapi-cryptprotectdata
 */
export function createDataProtection(ffi: Ffi): DataProtection {
  const api = bindTable(ffi, PROTECTION_FUNCTIONS);
  return {
    protect(data, context, scope) {
      const flags = CRYPTPROTECT_UI_FORBIDDEN | (scope === 'machine' ? CRYPTPROTECT_LOCAL_MACHINE : 0);
      return call(ffi, api, data, context, 'CryptProtectData', 'protect the secret', (blobs) =>
        api.CryptProtectData.async(blobs.data, null, blobs.context, null, null, flags, blobs.result),
      );
    },
    unprotect(data, context) {
      return call(ffi, api, data, context, 'CryptUnprotectData', 'decrypt the secret', (blobs) =>
        api.CryptUnprotectData.async(
          blobs.data,
          null,
          blobs.context,
          null,
          null,
          CRYPTPROTECT_UI_FORBIDDEN,
          blobs.result,
        ),
      );
    },
  };
}

/** Calls with the data and the context in memory that doesn't move, and takes the result. Both are erased afterwards. */
async function call(
  ffi: Ffi,
  api: BoundTable<typeof PROTECTION_FUNCTIONS>,
  data: Uint8Array,
  context: string,
  name: string,
  action: string,
  run: (blobs: Blobs) => Promise<FfiResult>,
): Promise<Buffer> {
  const contextBytes = Buffer.from(context);
  const [dataAt, contextAt] = [3 * DATA_BLOB.size, 3 * DATA_BLOB.size + data.length];
  // With one byte more: the place of an empty text must lie inside the memory too.
  const memory = ffi.alloc(contextAt + contextBytes.length + 1);
  const at = (offset: number): bigint => memory.address + BigInt(offset);
  try {
    memory.buffer.set(data, dataAt);
    memory.buffer.set(contextBytes, contextAt);
    DATA_BLOB.write(memory.buffer, { cbData: data.length, pbData: at(dataAt) });
    DATA_BLOB.write(memory.buffer, { cbData: contextBytes.length, pbData: at(contextAt) }, DATA_BLOB.size);
    const { value, lastError } = await run({
      data: at(0),
      context: at(DATA_BLOB.size),
      result: at(2 * DATA_BLOB.size),
    });
    if (!value) throw new Win32Error({ api: name, win32Code: lastError, action });
    const result = DATA_BLOB.read(memory.buffer, 2 * DATA_BLOB.size);
    try {
      return result.cbData === 0 ? Buffer.alloc(0) : ffi.read(result.pbData, result.cbData);
    } finally {
      if (result.cbData > 0) api.RtlZeroMemory(result.pbData, BigInt(result.cbData));
      api.LocalFree(result.pbData);
    }
  } finally {
    memory.buffer.fill(0);
    memory.free();
  }
}
