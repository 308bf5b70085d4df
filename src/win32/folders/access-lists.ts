import { canWrite } from './can-write.ts';
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

/**
 * SDDL of an existing folder that these accounts get access to, by their own entries and not by those of groups: the
 * token of a service with `sidType: 'restricted'` can write only where an entry names the service. The other entries
 * stay; those from above become the folder's own.
 *
 * @param sddl present access list
 * @param former account that loses its entry, after a change of the account
 * @returns `undefined`: the list is complete as it is.
 */
export function withAccess(sddl: string, accounts: readonly string[], former?: string): string | undefined {
  const entries = sddl.match(/\([^)]*\)/g);
  // Without a list everyone has access.
  if (!entries) return undefined;
  const kept = entries.filter((entry) => former === undefined || !entry.endsWith(`;${former})`));
  const missing = accounts.filter((sid) => !canWrite(`D:${kept.join('')}`, [sid], []));
  if (missing.length === 0 && kept.length === entries.length) return undefined;
  return ownEntries(`D:P${[...kept, ...missing.map(full)].join('')}`);
}

/** Makes the entries that come from above a folder's own: Windows drops others where it protects the list. */
export function ownEntries(sddl: string): string {
  return sddl.replaceAll(/(\([A-Z]+;[^;]*?)ID(?=;)/g, '$1');
}
