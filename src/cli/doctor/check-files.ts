import { shellCommand } from '../output/shell-quote.ts';
import { isLocalSystem } from './check-account.ts';
import { type Finding, ok, skip, warn } from './finding.ts';
import type { FileFacts, Snapshot } from './snapshot.ts';

/** Checks that ordinary users can't change what the service runs. @param account the account that it runs as */
export function checkWriters({ run }: Snapshot, account: string): Finding[] {
  const files = [run?.script, run?.file].filter((file) => file?.exists.value === true) as FileFacts[];
  return files.map((file) => {
    const { writers, path } = file;
    const check = file === run?.script ? 'script-writable' : 'program-writable';
    if (writers.value === undefined) return skip(check, writers.why);
    if (writers.value.length === 0) return ok(check, 'only administrators can change it');
    const who = writers.value.join(', ');
    const danger = isLocalSystem(account)
      ? `so each of them can take over this machine: the service runs as ${account}`
      : `and so run code as ${account}`;
    return warn(check, `${who} may change ${path} or its folder, ${danger}`, closeFolder(folderOf(path)));
  });
}

/** Folders that belong to Windows, to several programs or to a user: closing them would lock others out. */
const SHARED = [
  /^[a-z]:[\\/]*$/i,
  /^\\\\/,
  /^[a-z]:[\\/](?:windows|users|programdata|program files(?: \(x86\))?|inetpub|temp)[\\/]*$/i,
  /^[a-z]:[\\/](?:users|windows)[\\/]/i,
  /[\\/](?:temp|tmp)(?:[\\/]|$)/i,
];

/** Takes the ordinary groups out of the access list of a folder. Entries of users and services stay. */
function closeFolder(folder: string): string {
  if (SHARED.some((pattern) => pattern.test(folder)) || !/^[a-z]:[\\/]/i.test(folder))
    return `Other programs use ${folder} too: put the program into a folder of its own, such as C:\\Program Files\\Orders.`;
  const everyone = ['*S-1-1-0', '*S-1-5-11', '*S-1-5-32-545', '*S-1-5-4', '*S-1-5-32-546', '*S-1-5-7'];
  const close = shellCommand('icacls', folder, '/inheritance:d', '/remove:g', ...everyone);
  const open = shellCommand('icacls', folder, '/grant', '*S-1-5-32-545:(OI)(CI)RX');
  return close && open
    ? `${close}  then  ${open}`
    : 'Move the program to a folder of its own in C:\\Program Files, where only administrators can change it.';
}

function folderOf(path: string): string {
  const folder = path.replace(/[\\/][^\\/]*$/, '');
  return /^[a-z]:$/i.test(folder) ? `${folder}\\` : folder;
}
