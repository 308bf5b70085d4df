import { SID } from './sids.ts';

/** Full access, for a folder and everything that will be in it. */
const full = (sid: string): string => `(A;OICI;FA;;;${sid})`;
/** Read, list and run. */
const READ = '0x1200a9';
const USERS = 'BU';

/**
 * SDDL of a folder that only SYSTEM, administrators and these accounts can read and write. Nothing is inherited from
 * above.
 *
 * Source: https://learn.microsoft.com/windows/win32/secauthz/ace-strings
 */
export function privateAccess(accounts: readonly string[]): string {
  const sids = new Set([SID.system, SID.administrators, ...accounts]);
  return `D:P${[...sids].map(full).join('')}`;
}

/** The same, and every user can read and list: the folder of a service, which holds its private folders. */
export function readableAccess(accounts: readonly string[]): string {
  return `${privateAccess(accounts)}(A;OICI;${READ};;;${USERS})`;
}
