import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi } from '../ffi/ffi.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import type { BoundTable } from '../bind-table.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import { INFO, THIS_SERVER } from './constants.ts';
import type { SESSION_FUNCTIONS } from './functions.ts';

export type SessionApi = BoundTable<
  Pick<typeof SESSION_FUNCTIONS, 'WTSQuerySessionInformationW' | 'WTSFreeMemory' | 'WTSEnumerateSessionsW'>
>;

/** Reads the pointer that a call wrote to `buffer`, or 0. */
export function pointerIn(buffer: Buffer): bigint {
  return POINTER_BYTES === 8 ? buffer.readBigUInt64LE(0) : BigInt(buffer.readUInt32LE(0));
}

/** Runs a call that allocates memory, then `work` with that memory, and frees it in any case. @throws Win32Error */
export async function withWtsMemory<T>(
  ffi: Ffi,
  api: SessionApi,
  call: { api: 'WTSQuerySessionInformationW' | 'WTSEnumerateSessionsW'; action: string; args: readonly number[] },
  work: (address: bigint, count: number) => T,
): Promise<T> {
  // A pointer, and a DWORD behind it.
  const out = ffi.alloc(2 * POINTER_BYTES);
  try {
    const at = [out.address, out.address + BigInt(POINTER_BYTES)];
    const { value, lastError } = await api[call.api].async(THIS_SERVER, ...call.args, ...at);
    if (!value)
      throw new Win32Error({ api: call.api, win32Code: lastError, action: call.action, ...hintFor(lastError) });
    const address = pointerIn(out.buffer);
    try {
      return work(address, out.buffer.readUInt32LE(POINTER_BYTES));
    } finally {
      if (address) api.WTSFreeMemory(address);
    }
  } finally {
    out.free();
  }
}

/** Code for a number that no session has; its own text is about files. */
const ERROR_FILE_NOT_FOUND = 2;
function hintFor(win32Code: number): { readonly hint?: string } {
  return win32Code === ERROR_FILE_NOT_FOUND
    ? { hint: 'There may be no such session; listSessions() shows those that there are.' }
    : {};
}

/** Reads one text of a session; empty: there is none. @throws Win32Error */
export function readSessionText(
  ffi: Ffi,
  api: SessionApi,
  sessionId: number,
  info: keyof typeof INFO,
): Promise<string> {
  const action = `ask for the ${WORDS[info]} of session ${sessionId}`;
  const call = { api: 'WTSQuerySessionInformationW', action, args: [sessionId, INFO[info]] } as const;
  return withWtsMemory(ffi, api, call, (address, bytes) => (address && bytes >= 2 ? ffi.readText(address) : ''));
}

const WORDS = { userName: 'user', domainName: 'domain', clientName: 'client' } as const;

/** Reads the user of a session; `undefined`: none is logged on. @throws Win32Error */
export async function readSessionUser(ffi: Ffi, api: SessionApi, sessionId: number): Promise<SessionUser | undefined> {
  const name = await readSessionText(ffi, api, sessionId, 'userName');
  if (!name) return undefined;
  return { name, domain: await readSessionText(ffi, api, sessionId, 'domainName') };
}
