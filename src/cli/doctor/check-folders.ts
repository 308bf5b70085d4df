import { repairCommand } from './command-line.ts';
import { fail, type Finding, ok, skip, warn } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

/** Checks that the service can write to its folders: otherwise it runs without logs and crash reports. */
export function checkFolders(snapshot: Snapshot): Finding[] {
  const { folders, config } = snapshot.service ?? {};
  if (!folders) return [];
  if (folders.value === undefined) return [skip('folders', folders.why)];
  const account = config?.account ?? 'LocalSystem';
  const bad = folders.value.flatMap(({ path, state, reason }): Finding[] => {
    if (state === 'refused') return [fail('folders', reason ?? `${path} is refused`)];
    if (state !== 'notWritable') return [];
    const found = `${account} can't write to ${path}: the service runs, but its logs are lost`;
    // Setting the account gives it access.
    return [warn('folders', found, repairCommand(snapshot, 'config set', '--account', account))];
  });
  if (bad.length > 0) return bad;
  const there = folders.value.filter(({ state }) => state === 'writable').map(({ path }) => path);
  return [
    ok('folders', there.length === 0 ? 'made at the first start' : `${account} can write to ${there.join(', ')}`),
  ];
}
