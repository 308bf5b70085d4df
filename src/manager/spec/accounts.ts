import { lookUp } from '../../util/look-up.ts';

/** Built-in service accounts: the name that the SCM stores, by the name without its domain. */
const BUILT_IN: Readonly<Record<string, string>> = {
  localsystem: 'LocalSystem',
  system: 'LocalSystem',
  localservice: 'NT AUTHORITY\\LocalService',
  networkservice: 'NT AUTHORITY\\NetworkService',
};

/** Domains of accounts that Windows manages: they have no password, and need no right to be granted. */
const MANAGED_DOMAINS = ['nt service\\', 'nt authority\\', 'iis apppool\\'];

/**
 * Translates an account of a spec into the name that the SCM stores: `localService` → `NT AUTHORITY\LocalService`,
 * `virtual` → `NT SERVICE\<service>`. Other names stay as they are.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/service-user-accounts
 */
export function toAccountName(account: string, service: string): string {
  if (account.toLowerCase() === 'virtual') return `NT SERVICE\\${service}`;
  return lookUp(BUILT_IN, bareName(account)) ?? account;
}

/** Returns whether the SCM must be given a password for the account. Virtual and managed accounts have none. */
export function needsPassword(account: string): boolean {
  return isUserAccount(account) && !account.endsWith('$');
}

/** Returns whether the account must be granted the right to log on as a service. Windows' own accounts have it. */
export function isUserAccount(account: string): boolean {
  const lower = account.toLowerCase();
  return (
    lower !== 'virtual' &&
    !Object.hasOwn(BUILT_IN, bareName(account)) &&
    !MANAGED_DOMAINS.some((domain) => lower.startsWith(domain))
  );
}

/** Returns whether the service runs as LocalSystem; an empty account means that too. */
export function isLocalSystem(account: string | null | undefined): boolean {
  return toAccountName(account ?? 'LocalSystem', '') === 'LocalSystem';
}

/**
 * Password to send when the account changes and the spec has none: `''` for the three built-in accounts, so that no
 * old password stays stored; `undefined` (NULL) for virtual and managed accounts.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-changeserviceconfigw (lpPassword)
 */
export function defaultPassword(account: string | null): '' | undefined {
  return Object.hasOwn(BUILT_IN, bareName(account ?? 'LocalSystem')) ? '' : undefined;
}

/** Compares two account names without asking the system: case and the spellings of built-in accounts don't count. */
export function isSameAccountName(a: string | null, b: string | null): boolean {
  const name = (account: string | null): string => toAccountName(account ?? 'LocalSystem', '').toLowerCase();
  return name(a) === name(b);
}

function bareName(account: string): string {
  return account
    .replace(/^(?:NT AUTHORITY|\.)\\/i, '')
    .replace(/\s/g, '')
    .toLowerCase();
}
