/** The accounts that Windows has for services, by the names that the SCM stores. */
const BUILT_IN: Readonly<Record<string, string>> = {
  localsystem: 'LocalSystem',
  localservice: 'NT AUTHORITY\\LocalService',
  networkservice: 'NT AUTHORITY\\NetworkService',
};

/** The account as the SCM wants it. */
export function accountName(account: string, service: string): string {
  const plain = account
    .replace(/^(?:NT AUTHORITY|\.)\\/i, '')
    .replace(/\s/g, '')
    .toLowerCase();
  if (account.toLowerCase() === 'virtual') return `NT SERVICE\\${service}`;
  if (plain === 'system') return 'LocalSystem';
  return BUILT_IN[plain] ?? account;
}

/** Whether an account has a password of its own that the SCM must be given; virtual accounts and gMSA have none. */
export function needsPassword(account: string): boolean {
  return isUserAccount(account) && !account.endsWith('$');
}

/** Whether it must be granted the right to log on as a service; the others have it. */
export function isUserAccount(account: string): boolean {
  const lower = account.replace(/^\.\\/, '').toLowerCase();
  return (
    lower !== 'virtual' &&
    !lower.startsWith('nt service\\') &&
    !lower.startsWith('nt authority\\') &&
    !(lower.replace(/\s/g, '') in BUILT_IN) &&
    lower !== 'system'
  );
}

/** Account names are the same whatever their case. */
export function sameAccount(a: string | null, b: string | null): boolean {
  return canonical(a) === canonical(b);
}

function canonical(account: string | null): string {
  // A service whose account is empty runs as LocalSystem.
  return accountName(account ?? 'LocalSystem', '').toLowerCase();
}
