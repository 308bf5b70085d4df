import type { Cli } from '../command.ts';
import { shellCommand } from './shell-quote.ts';

/**
 * Returns a command of this tool for a service, as the user can paste it: `npx winsvc start Orders`. In a program with
 * a service of its own it has no name. `undefined` where the name can't be quoted for every shell.
 */
export function commandFor(
  { program, service }: Pick<Cli, 'program' | 'service'>,
  verb: string,
  name: string,
  ...options: readonly string[]
): string | undefined {
  // It would be an option.
  if (!service && name.startsWith('-')) return undefined;
  return shellCommand(program, ...verb.split(' '), ...(service ? [] : [name]), ...options);
}
