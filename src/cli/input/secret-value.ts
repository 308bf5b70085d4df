import type { Cli } from '../command.ts';
import type { Arguments } from './arguments.ts';
import { decodeSecret } from './decode-secret.ts';
import { promptSecret, readStandardInput } from './password.ts';
import { UsageError } from './usage-error.ts';

/** Twice the largest secret, for UTF-16: more isn't read. */
const MAX_BYTES = 2 * 2 ** 20 + 4;

/** Reads the value of a secret from standard input or a prompt. @throws UsageError */
export async function readSecretValue(cli: Cli, args: Arguments, name: string): Promise<string> {
  if (args.flag('stdin')) {
    const bytes = await readStandardInput(cli, MAX_BYTES);
    if (bytes === undefined) throw new UsageError('--stdin: a secret must have at most 1 MiB.');
    return decodeSecret(bytes, { option: '--stdin', multiline: true });
  }
  if (!cli.stdin.isTTY) throw new UsageError('secret set needs the value: give it on standard input with --stdin.');
  const value = await promptSecret(cli, `Value of ${name}:`);
  if (value === '') throw new UsageError('The value is empty: nothing was changed.');
  return value;
}
