import { Writable } from 'node:stream';
import type { Arguments } from './arguments.ts';
import type { Cli } from '../command.ts';
import { decodeSecret } from './decode-secret.ts';
import { Interrupted } from '../output/interrupted.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads the password of an account from standard input, the environment, or a prompt. Never from the command line,
 * which every user of the machine can read in the list of processes, and which shells keep in their history.
 */
export async function readPassword(cli: Cli, args: Arguments, account: string): Promise<string> {
  if (args.flag('password-stdin')) return decodeSecret((await readStandardInput(cli)) ?? Buffer.alloc(0));
  const { WINSVC_PASSWORD } = cli.env;
  if (WINSVC_PASSWORD !== undefined) return WINSVC_PASSWORD;
  if (!cli.stdin.isTTY)
    throw new UsageError(
      `${account} needs its password: give it on standard input with --password-stdin, or in the environment as WINSVC_PASSWORD.`,
    );
  return promptSecret(cli, `Password of ${account}:`);
}

/** Reads standard input to its end; `undefined`: it has more than `maxBytes`. */
export async function readStandardInput({ stdin }: Cli, maxBytes = Infinity): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    length += (chunk as Buffer).length;
    if (length > maxBytes) return undefined;
    chunks.push(Buffer.from(chunk as Buffer));
  }
  return Buffer.concat(chunks);
}

/** Reads a line without showing it. Standard output stays free for the answer of the verb. */
export async function promptSecret({ stdin, stderr, signal }: Cli, message: string): Promise<string> {
  const { default: ask } = await import('@inquirer/password');
  const output = new Writable({
    write(chunk, _encoding, done) {
      stderr.write(String(chunk));
      done();
    },
  });
  try {
    return await ask({ message }, { input: stdin, output, signal });
  } catch (error) {
    if (error instanceof Error && /^(?:Exit|Abort)PromptError$/.test(error.name)) throw new Interrupted();
    throw error;
  }
}
