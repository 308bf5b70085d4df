/**
 * Enough of SDDL to tell whether two access lists are the same to a service: the SCM stores what it is given in
 * another spelling (generic rights become those of services), so texts can't be compared.
 *
 * Source: https://learn.microsoft.com/windows/win32/secauthz/ace-strings
 */

/** The rights of services, lowest bit first; then, sixteen bits up, those that every object has. */
const OWN_RIGHTS = ['CC', 'DC', 'LC', 'SW', 'RP', 'WP', 'DT', 'LO', 'CR'];
const STANDARD_RIGHTS = ['SD', 'RC', 'WD', 'WO'];
const STANDARD_BIT = 16;
const RIGHTS = [...OWN_RIGHTS, ...STANDARD_RIGHTS];

/** What generic rights mean on a service. https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights */
const GENERIC: Readonly<Record<string, readonly string[]>> = {
  GA: RIGHTS,
  GR: ['RC', 'CC', 'LC', 'SW', 'LO'],
  GW: ['RC', 'DC'],
  GX: ['RC', 'RP', 'WP', 'DT', 'CR'],
};

/** The accounts that have letters of their own, as far as services meet them. */
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

/** Whether both give the same access. Owner, group and audit list don't count: only the access list is ever set. */
export function isSameAccess(a: string, b: string): boolean {
  return daclOf(a) === daclOf(b);
}

/** A descriptor with the access list of another one, spelled as the SCM spells it. */
export function withDacl(descriptor: string, from: string): string {
  const others = sections(descriptor).filter(({ key }) => key !== 'D');
  const dacl = { key: 'D', text: daclOf(from) ?? '' };
  const order = 'OGDS';
  return [...others, dacl]
    .sort((x, y) => order.indexOf(x.key) - order.indexOf(y.key))
    .map(({ key, text }) => `${key}:${text}`)
    .join('');
}

/** The entries in order (it counts), each in one spelling. Flags of inheritance mean nothing: services have no parent. */
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

/** The parts O:, G:, D: and S:. Their letters stand outside of all parentheses. */
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
