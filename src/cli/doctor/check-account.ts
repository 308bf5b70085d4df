import { shellCommand } from '../output/shell-quote.ts';
import { repairCommand } from './command-line.ts';
import { type Finding, ok, skip, warn } from './finding.ts';
import type { FileFacts, Snapshot } from './snapshot.ts';

/** Checks the account: enough rights to log on and to read its files, and no more. */
export function checkAccount(snapshot: Snapshot): Finding[] {
  const config = snapshot.service?.config;
  if (!config) return [];
  const account = config.account ?? 'LocalSystem';
  return [...rights(snapshot, account), ...checkProfile(snapshot, account)];
}

/** Entries of winsvc that need rights which a virtual account doesn't have. */
const POWERFUL = /^winsvc\/(?:manager|watchdog|session|admin)$/;

function rights(snapshot: Snapshot, account: string): Finding[] {
  if (isLocalSystem(account)) {
    const needs = snapshot.run?.sources?.entries.find((entry) => POWERFUL.test(entry));
    return [
      warn(
        'account',
        'LocalSystem has every right on this machine: an attacker who takes over the service takes over the machine',
        needs === undefined
          ? repairCommand(snapshot, 'config set', '--account', 'virtual')
          : `The program uses ${needs}. ${adviceFor(snapshot, needs)}`,
      ),
    ];
  }
  const right = snapshot.service?.logonRight;
  if (!right) return [ok('account', account)];
  if (right.value === undefined) return [ok('account', account), skip('logon-right', right.why)];
  if (right.value) return [ok('account', account), ok('logon-right', `${account} may log on as a service`)];
  return [ok('account', account), missingRight(snapshot, account)];
}

/** Advice that keeps the program working: the rights first, then the account. */
function adviceFor(snapshot: Snapshot, entry: string): string {
  const group = entry === 'winsvc/admin' ? 'admin' : 'watchdog';
  const { service, bound, program } = snapshot;
  const grant = shellCommand(bound ? 'npx winsvc' : program, group, 'grant', 'Orders', '--to', service?.name ?? '');
  const change = repairCommand(snapshot, 'config set', '--account', 'virtual');
  if (!/^winsvc\/(?:watchdog|admin)$/.test(entry) || !grant || !change)
    return 'Give another account the rights that it needs first: docs/accounts.md.';
  return `Change the account, then let it control each service that it is for: ${change}  then  ${grant}`;
}

function missingRight(snapshot: Snapshot, account: string): Finding {
  if (/^NT SERVICE\\/i.test(account))
    return warn(
      'logon-right',
      'NT SERVICE\\ALL SERVICES (S-1-5-80-0) has no right to log on as a service, so a virtual account fails with 1069',
      'Add NT SERVICE\\ALL SERVICES to "Log on as a service" in secpol.msc, or in the group policy that sets it.',
    );
  return warn(
    'logon-right',
    `${account} has no right of its own to log on as a service; unless a group gives it, a start fails with 1069`,
    // Setting the account grants it.
    repairCommand(snapshot, 'config set', '--account', account),
  );
}

/** Folders below the profile of a user are closed to all but that user, administrators and the system. */
export function checkProfile({ run }: Snapshot, account: string): Finding[] {
  if (!run || isLocalSystem(account)) return [];
  return [
    ...inProfile('program-readable', run.file, account, '5'),
    ...(run.script ? inProfile('readable', run.script, account, '1053') : []),
  ];
}

function inProfile(check: string, { path, real }: FileFacts, account: string, code: string): Finding[] {
  const found = [real, path].map((each) => ({ each, user: profileOf(each) })).find(({ user }) => user !== undefined);
  if (found?.user === undefined) return [];
  const { each, user } = found;
  if (account.replace(/^.*\\/, '').toLowerCase() === user.toLowerCase()) return [];
  const via = each.toLowerCase() === path.toLowerCase() ? '' : ` (${path} is a link to it)`;
  const node = check === 'program-readable';
  return [
    warn(
      check,
      `${each}${via} is in the profile of ${user}, which ${account} normally can't read: a start fails with ${code}`,
      node
        ? 'Install Node for all users with the installer of nodejs.org, then install the service again with --node "C:\\Program Files\\nodejs\\node.exe".'
        : 'Move the program to a folder such as C:\\Program Files\\Orders, then install the service from there.',
    ),
  ];
}

/** Returns the user whose profile has the file: `C:\Users\ann\…`, also with the `\\?\` that a real path may have. */
function profileOf(path: string): string | undefined {
  const user = /^(?:\\\\\?\\)?[a-z]:[\\/]users[\\/]([^\\/]+)[\\/]/i.exec(path)?.[1];
  return user === undefined || /^(?:public|default|all users)$/i.test(user) ? undefined : user;
}

export function isLocalSystem(account: string): boolean {
  return /^(?:LocalSystem|NT AUTHORITY\\(?:LOCAL)?SYSTEM|\.\\LocalSystem)$/i.test(account);
}
