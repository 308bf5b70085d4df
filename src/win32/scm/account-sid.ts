import { ERROR } from './constants.ts';
import { parseSid } from '../sid.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';

/** SID_NAME_USE: names that aren't accounts. https://learn.microsoft.com/windows/win32/api/winnt/ne-winnt-sid_name_use */
const SID_TYPE_DOMAIN = 3;
const SID_TYPE_COMPUTER = 9;

interface FoundAccount {
  readonly sid: Buffer;
  readonly domain: string;
  readonly use: number;
}

/**
 * Finds the security identifier of an account, by all the spellings that services use: `DOMAIN\user`, `user@domain`,
 * `.\user`, and a user that is named like its computer. A SID as text, such as `S-1-5-80-0`, needs no search.
 *
 * @throws Win32Error 1332 when there is no such account.
 */
export async function lookupSid(calls: ScmCalls, account: string, context: CallContext): Promise<Buffer> {
  if (/^S-1-/i.test(account)) return parseSid(account);
  // LookupAccountNameW doesn't know '.' as a domain. An isolated name is looked up among local accounts first.
  const name = account.replace(/^\.\\/, '');
  const found = await lookUp(calls, name, context);
  const isAccount = found.use !== SID_TYPE_DOMAIN && found.use !== SID_TYPE_COMPUTER;
  if (isAccount || name.includes('\\')) return found.sid;
  // The name is the computer's own: the account needs its domain before it.
  return (await lookUp(calls, `${found.domain}\\${name}`, context)).sid;
}

/** Writes a SID as text: `S-1-5-18`. https://learn.microsoft.com/windows/win32/secauthz/sid-components */
export function formatSid(sid: Buffer): string {
  const count = sid[1] ?? 0;
  const parts = Array.from({ length: count }, (_, i) => sid.readUInt32LE(8 + i * 4));
  return ['S', sid[0], sid.readUIntBE(2, 6), ...parts].join('-');
}

/** Source: https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-lookupaccountnamew */
async function lookUp(calls: ScmCalls, name: string, context: CallContext): Promise<FoundAccount> {
  const sizes = calls.ffi.alloc(24);
  let sidBytes = 256;
  let domainChars = 256;
  try {
    for (let tries = 0; ; tries++) {
      const sid = calls.ffi.alloc(sidBytes);
      const domain = calls.ffi.alloc(domainChars * 2);
      try {
        sizes.buffer.writeUInt32LE(sidBytes, 0);
        sizes.buffer.writeUInt32LE(domainChars, 8);
        const { value, lastError } = await calls.api.LookupAccountNameW.async(
          calls.machine ?? null,
          name,
          sid.address,
          sizes.address,
          domain.address,
          sizes.address + 8n,
          sizes.address + 16n,
        );
        if (value) {
          return {
            sid: Buffer.from(sid.buffer.subarray(0, 8 + 4 * (sid.buffer[1] ?? 0))),
            domain: domain.buffer.toString('utf16le').split('\0', 1)[0] ?? '',
            use: sizes.buffer.readUInt32LE(16),
          };
        }
        if (lastError !== ERROR.INSUFFICIENT_BUFFER || tries > 0)
          throw calls.error('LookupAccountNameW', lastError, context);
        sidBytes = Math.max(sidBytes, sizes.buffer.readUInt32LE(0));
        domainChars = Math.max(domainChars, sizes.buffer.readUInt32LE(8));
      } finally {
        sid.free();
        domain.free();
      }
    }
  } finally {
    sizes.free();
  }
}
