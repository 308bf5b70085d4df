/**
 * Compares access lists in SDDL. The SCM stores a list in another spelling (generic rights become those of services), so
 * the texts can't be compared.
 *
 * Source: https://learn.microsoft.com/windows/win32/secauthz/ace-strings
 */

/** Rights of services, lowest bit first. The standard rights of every object begin at bit 16. */
const OWN_RIGHTS = ['CC', 'DC', 'LC', 'SW', 'RP', 'WP', 'DT', 'LO', 'CR'];
const STANDARD_RIGHTS = ['SD', 'RC', 'WD', 'WO'];
const STANDARD_BIT = 16;
const RIGHTS = [...OWN_RIGHTS, ...STANDARD_RIGHTS];

/** Meaning of generic rights on a service. https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights */
const GENERIC: Readonly<Record<string, readonly string[]>> = {
  GA: RIGHTS,
  GR: ['RC', 'CC', 'LC', 'SW', 'LO'],
  GW: ['RC', 'DC'],
  GX: ['RC', 'RP', 'WP', 'DT', 'CR'],
};

/** Accounts that SDDL writes as two letters, as far as services use them. */
const SIDS: Readonly<Record<string, string>> = {
  'S-1-1-0': 'WD',
  'S-1-3-0': 'CO',
  'S-1-5-2': 'NU',
  'S-1-5-4': 'IU',
  'S-1-5-6': 'SU',
  'S-1-5-7': 'AN',
  'S-1-5-11': 'AU',
  'S-1-5-18': 'SY',
  'S-1-5-19': 'LS',
  'S-1-5-20': 'NS',
  'S-1-5-32-544': 'BA',
  'S-1-5-32-545': 'BU',
  'S-1-5-32-546': 'BG',
  'S-1-5-32-547': 'PU',
  'S-1-5-32-549': 'SO',
};

/** Returns whether both give the same access. Owner, group and audit list don't count: only the access list is set. */
export function isSameAccess(a: string, b: string): boolean {
  return daclOf(a) === daclOf(b);
}

/** Replaces the access list of a descriptor by that of another one, in the SCM's spelling. */
export function withDacl(descriptor: string, from: string): string {
  const others = sections(descriptor).filter(({ key }) => key !== 'D');
  const dacl = { key: 'D', text: daclOf(from) ?? '' };
  const order = 'OGDS';
  return [...others, dacl]
    .sort((x, y) => order.indexOf(x.key) - order.indexOf(y.key))
    .map(({ key, text }) => `${key}:${text}`)
    .join('');
}

/** Entry of an access list. */
export interface AccessEntry {
  readonly type: 'allow' | 'deny';
  /** Rights of the entry, two letters each; generic ones are resolved. */
  readonly rights: ReadonlySet<string>;
  /** Account as SDDL writes it: two letters, or a SID. */
  readonly account: string;
}

/** Reads the entries that allow or deny something, in their order. Conditional entries are left out. */
export function readEntries(sddl: string): readonly AccessEntry[] {
  return [...(daclOf(sddl) ?? '').matchAll(/\((A|D);[^;]*;([^;]*);[^;]*;[^;]*;([^;)]*)\)/g)].map(
    ([, type, rights = '', account = '']) => ({
      type: type === 'A' ? 'allow' : 'deny',
      rights: new Set(rights.match(/../g) ?? []),
      account,
    }),
  );
}

/** Writes a SID as SDDL does: the well-known ones as two letters. */
export function toSddlAccount(sid: string): string {
  const upper = sid.toUpperCase();
  return SIDS[upper] ?? upper;
}

/** Entries in their order, which counts, each in one spelling. Services have no parent, so inheritance flags don't count. */
function daclOf(sddl: string): string | undefined {
  const dacl = sections(sddl).find(({ key }) => key === 'D');
  return (
    dacl &&
    [...dacl.text.matchAll(/\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g)].map(([, ace]) => canonicalAce(ace ?? '')).join('')
  );
}

function canonicalAce(ace: string): string {
  const [type = '', flags = '', rights = '', object = '', inherited = '', sid = '', ...rest] = ace.split(';');
  const fields = [type, flags, canonicalRights(rights), object, inherited].map((field) => field.trim().toUpperCase());
  const account = sid.trim().toUpperCase();
  return `(${[...fields, SIDS[account] ?? account, ...rest].join(';')})`;
}

function canonicalRights(text: string): string {
  const upper = text.trim().toUpperCase();
  const tokens = /^(?:0X|\d)/.test(upper) ? fromNumber(Number(upper)) : (upper.match(/../g) ?? []);
  const meant = new Set(tokens.flatMap((token) => GENERIC[token] ?? [token]));
  const known = RIGHTS.filter((right) => meant.delete(right));
  return [...known, ...[...meant].sort()].join('');
}

function fromNumber(bits: number): string[] {
  const named = (rights: readonly string[], from: number): string[] =>
    rights.filter((_, i) => Math.floor(bits / 2 ** (from + i)) % 2 === 1);
  return [
    ...named(OWN_RIGHTS, 0),
    ...named(STANDARD_RIGHTS, STANDARD_BIT),
    ...['GA', 'GX', 'GW', 'GR'].filter((_, i) => Math.floor(bits / 2 ** (28 + i)) % 2 === 1),
  ];
}

/** Splits a descriptor into its parts O:, G:, D: and S:, whose letters stand outside of all parentheses. */
function sections(sddl: string): { key: string; text: string }[] {
  const found: { key: string; text: string }[] = [];
  let depth = 0;
  for (let at = 0; at < sddl.length; at++) {
    const char = sddl[at] ?? '';
    if (depth === 0 && /[OGDS]/i.test(char) && sddl[at + 1] === ':') {
      found.push({ key: char.toUpperCase(), text: '' });
      at += 1;
      continue;
    }
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    const last = found.at(-1);
    if (last) last.text += char;
  }
  return found;
}
