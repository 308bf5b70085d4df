/** Groups that ordinary users are in, as SDDL names them. https://learn.microsoft.com/windows/win32/secauthz/sid-strings */
const ORDINARY: Readonly<Record<string, string>> = {
  WD: 'Everyone',
  'S-1-1-0': 'Everyone',
  BU: 'Users',
  'S-1-5-32-545': 'Users',
  AU: 'Authenticated Users',
  'S-1-5-11': 'Authenticated Users',
  IU: 'Interactive',
  'S-1-5-4': 'Interactive',
  BG: 'Guests',
  'S-1-5-32-546': 'Guests',
  AN: 'Anonymous',
  'S-1-5-7': 'Anonymous',
};

/**
 * Rights to change a file, what is in a folder, or its access list. Letters stand for bits: DT is 0x40, which on a
 * folder is FILE_DELETE_CHILD.
 *
 * Source: https://learn.microsoft.com/windows/win32/secauthz/ace-strings
 */
const WRITE_NAMES = new Set(['GA', 'GW', 'FA', 'FW', 'WD', 'WO', 'SD', 'DC', 'LC', 'DT']);
const WRITE_BITS =
  0x2 /* write data, add a file */ |
  0x4 /* append, add a folder */ |
  0x40 /* delete a child */ |
  0x10000 /* delete */ |
  0x40000 /* change the access list */ |
  0x80000 /* take ownership */ |
  0x10000000 /* all */ |
  0x40000000; /* write */

/** The groups of ordinary users to which the access list of a file or folder gives a right to change it. */
export function writableBy(sddl: string): string[] {
  const list = /D:[^(]*((?:\([^)]*\))*)/.exec(sddl)?.[1];
  // No access list at all lets everybody do everything.
  if (list === undefined || /D:[A-Z]*NO_ACCESS_CONTROL/.test(sddl)) return ['Everyone'];
  const names = [...list.matchAll(/\(([^)]*)\)/g)].flatMap(([, ace = '']) => {
    const [type, flags = '', rights = '', , , sid = ''] = ace.split(';');
    const who = ORDINARY[sid];
    // Inherit-only entries are for what will be made below.
    const counts = type === 'A' && !pairs(flags).includes('IO');
    return who !== undefined && counts && mayWrite(rights) ? [who] : [];
  });
  return [...new Set(names)];
}

function mayWrite(rights: string): boolean {
  if (/^0x/i.test(rights)) return (Number(rights) & WRITE_BITS) !== 0;
  return pairs(rights).some((right) => WRITE_NAMES.has(right));
}

function pairs(text: string): string[] {
  return text.match(/../g) ?? [];
}
