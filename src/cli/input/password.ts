import type { Arguments } from './arguments.ts';
import type { Cli } from '../command.ts';
import { Interrupted } from '../output/failure.ts';
import { UsageError } from './usage-error.ts';

/**
 * The password of an account: from standard input, the environment, or a prompt. Never from the command line, which
 * every user of the machine can read in the list of processes, and which shells keep in their history.
 */
export async function readPassword(cli: Cli, args: Arguments, account: string): Promise<string> {
  if (args.flag('password-stdin')) return (await readAll(cli)).replace(/\r?\n$/, '');
  const { WINSVC_PASSWORD } = cli.env;
  if (WINSVC_PASSWORD !== undefined) return WINSVC_PASSWORD;
  if (!cli.stdin.isTTY || !cli.stdin.setRawMode)
    throw new UsageError(
      `${account} needs its password: give it on standard input with --password-stdin, or in the environment as WINSVC_PASSWORD.`,
    );
  return prompt(cli, `Password of ${account}: `);
}

async function readAll({ stdin }: Cli): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString('utf8');
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = '\b';
const DELETE = '\u007f';
const ESCAPE = '\u001b';

/** Reads a line without showing it. */
async function prompt({ stdin, stderr }: Cli, question: string): Promise<string> {
  stderr.write(question);
  stdin.setRawMode?.(true);
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = '';
      const onData = (data: Buffer | string): void => {
        const text = data.toString();
        // Arrows and the like are no part of a password.
        if (text.startsWith(ESCAPE)) return;
        for (const key of text) {
          if (key === CTRL_C || key === '\r' || key === '\n' || key === CTRL_D) {
            stdin.off('data', onData);
            if (key === CTRL_C) reject(new Interrupted());
            else resolve(typed);
            return;
          }
          typed = key === BACKSPACE || key === DELETE ? typed.replace(/.$/su, '') : typed + key;
        }
      };
      stdin.on('data', onData);
    });
  } finally {
    stdin.setRawMode?.(false);
    stdin.pause();
    stderr.write('\n');
  }
}
