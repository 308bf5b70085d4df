import { shellQuote } from '../output/shell-quote.ts';
import type { Snapshot } from './snapshot.ts';

/** A command of this tool for the service in question: `repair(snapshot, 'config set', '--start auto')`. */
export function repairCommand({ program, bound, service, machine }: Snapshot, verb: string, options = ''): string {
  const name = bound || !service ? '' : shellQuote(service.name);
  const where = machine === undefined ? '' : `--machine ${shellQuote(machine)}`;
  return [program, verb, name, options, where].filter(Boolean).join(' ');
}
