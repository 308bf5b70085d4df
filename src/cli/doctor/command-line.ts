import { shellCommand } from '../output/shell-quote.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Returns a command of this tool for the service of the snapshot: `repairCommand(snapshot, 'config set', '--start', 'auto')`.
 * `undefined` where the name or an option can't be quoted for every shell.
 */
export function repairCommand(
  { program, bound, service, machine }: Snapshot,
  verb: string,
  ...options: readonly string[]
): string | undefined {
  const name = bound || !service ? [] : [service.name];
  if (name[0]?.startsWith('-')) return undefined;
  const where = machine === undefined ? [] : ['--machine', machine];
  return shellCommand(program, ...verb.split(' '), ...name, ...options, ...where);
}
