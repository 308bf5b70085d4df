import { shellQuote } from '../output/shell-quote.ts';
import { repairCommand } from './command-line.ts';
import { type Finding, ok, skip, warn } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

/** Who it runs as: enough rights to log on and to read its files, and no more. */
export function checkAccount(snapshot: Snapshot): Finding[] {
  const config = snapshot.service?.config;
  if (!config) return [];
  const account = config.account ?? 'LocalSystem';
  return [...rights(snapshot, account), ...profile(snapshot, account)];
}

function rights(snapshot: Snapshot, account: string): Finding[] {
  if (/^(?:LocalSystem|NT AUTHORITY\\SYSTEM)$/i.test(account))
    return [
      warn(
        'account',
        'LocalSystem may do everything on this machine: a hole in the service is a hole in the machine',
        repairCommand(snapshot, 'config set', '--account virtual'),
      ),
    ];
  const right = snapshot.service?.logonRight;
  if (!right) return [ok('account', account)];
  if (right.value === undefined) return [ok('account', account), skip('logon-right', right.why)];
  if (right.value) return [ok('account', account), ok('logon-right', `${account} may log on as a service`)];
  return [
    ok('account', account),
    warn(
      'logon-right',
      `${account} has no right of its own to log on as a service; unless a group gives it, a start fails with 1069`,
      // Setting the account grants it.
      repairCommand(snapshot, 'config set', `--account ${shellQuote(account)}`),
    ),
  ];
}

/** Folders below a user's profile are closed to all but that user, administrators and the system. */
function profile({ run }: Snapshot, account: string): Finding[] {
  const path = run?.script?.path ?? run?.file.path;
  const user = path && /^[a-z]:\\users\\([^\\]+)\\/i.exec(path)?.[1];
  if (!user || user.toLowerCase() === 'public') return [];
  const plain = account.replace(/^.*\\/, '').toLowerCase();
  if (plain === 'localsystem' || plain === user.toLowerCase()) return [];
  return [
    warn(
      'readable',
      `${path} is in the profile of ${user}, which ${account} normally cannot read: a start fails with 5`,
      'Move the program to a folder such as C:\\Program Files\\<name>, and install it from there.',
    ),
  ];
}
