import { SID } from './sids.ts';

/** Groups that the token of every service has, and the short forms of SDDL. https://learn.microsoft.com/windows/win32/secauthz/sid-strings */
const EVERY_SERVICE: readonly string[] = ['WD', 'S-1-1-0', 'AU', 'S-1-5-11', 'SU', 'S-1-5-6', 'BU', 'S-1-5-32-545'];
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  [SID.system]: ['SY', 'BA', SID.administrators],
  [SID.localService]: ['LS'],
  [SID.networkService]: ['NS'],
};
const WRITE_NAMES = ['GA', 'FA', 'GW', 'FW'];
/** Adding a file, or all. https://learn.microsoft.com/windows/win32/fileio/file-access-rights-constants */
const WRITE_BITS = 0x2 | 0x1000_0000 | 0x4000_0000;

/**
 * Returns whether an access list lets a service with these security identifiers add files to a folder.
 *
 * @param groups groups that it is in besides. Default: those of every service.
 */
export function canWrite(sddl: string, sids: readonly string[], groups = EVERY_SERVICE): boolean {
  const mine = new Set([...groups, ...sids, ...sids.flatMap((sid) => ALIASES[sid] ?? [])]);
  const list = /D:[^(]*((?:\([^)]*\))*)/.exec(sddl)?.[1];
  // No access list at all lets everyone do everything.
  if (list === undefined || /D:[A-Z]*NO_ACCESS_CONTROL/.test(sddl)) return true;
  for (const [, ace = ''] of list.matchAll(/\(([^)]*)\)/g)) {
    const [type, flags = '', rights = '', , , sid = ''] = ace.split(';');
    // Inherit-only entries are for what will be made below.
    if (!mine.has(sid) || pairs(flags).includes('IO') || !writes(rights)) continue;
    // The first entry decides: Windows puts those that deny first.
    if (type === 'A') return true;
    if (type === 'D') return false;
  }
  return false;
}

function writes(rights: string): boolean {
  if (/^0x/i.test(rights)) return (Number(rights) & WRITE_BITS) !== 0;
  return pairs(rights).some((right) => WRITE_NAMES.includes(right));
}

function pairs(text: string): string[] {
  return text.match(/../g) ?? [];
}
