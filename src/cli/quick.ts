import { VERSION } from '../util/version.ts';
import { EXIT, type ScmReader } from './command.ts';
import { showStatus } from './commands/status.ts';
import { Arguments } from './input/arguments.ts';
import { createPrinter } from './output/printer.ts';

/** Command line that needs little: the arguments of `winsvc status`. */
export interface QuickStatus {
  readonly service: string;
  readonly json: boolean;
  readonly expect: string | undefined;
}

/** Parses `status <service> [--json] [--expect STATE]`. Returns `undefined` for every other command line. */
export function parseQuickStatus([verb, ...rest]: readonly string[]): QuickStatus | undefined {
  if (verb !== 'status') return undefined;
  let [service, expect, json]: [string | undefined, string | undefined, boolean] = [undefined, undefined, false];
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? '';
    if (word === '--json') json = true;
    else if (word === '--expect' && expect === undefined) expect = rest[++i] ?? '';
    else if (word.startsWith('-') || word === '' || service !== undefined) return undefined;
    else service = word;
  }
  // A forgotten value is an error, which the whole command line explains.
  if (service === undefined || expect === '' || expect?.startsWith('-')) return undefined;
  return { service, json, expect };
}

/**
 * Runs `winsvc --version` and `winsvc status` of this machine with only what they need. Returns `undefined` when the whole
 * command line must run: for every other verb, and for a failure, which it explains. Nothing is printed then.
 */
export async function runQuickly(
  argv: readonly string[],
  openReader: () => ScmReader,
  platform: string = process.platform,
): Promise<number | undefined> {
  const { stdout, stderr, env } = process;
  if (argv.length === 1 && /^(?:--version|-v)$/.test(argv[0] ?? '')) return print(stdout, `${VERSION}\n`);
  const asked = parseQuickStatus(argv);
  if (!asked || platform !== 'win32') return undefined;
  const { service, json, expect } = asked;
  const later = [collect(stdout), collect(stderr)] as const;
  try {
    const out = createPrinter(...later, env, json);
    const code = await showStatus(
      { out, reader: () => Promise.resolve().then(openReader) },
      new Arguments([service], { expect }),
    );
    await print(stderr, later[1].text);
    return await print(stdout, later[0].text, code);
  } catch {
    return undefined;
  }
}

/** Returns a terminal that keeps what is written to it. */
function collect({ isTTY, columns }: NodeJS.WriteStream) {
  return {
    isTTY,
    columns,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

/** Writes, and returns the exit code when all is written: on Windows, writes to a pipe are asynchronous. */
function print(stream: NodeJS.WriteStream, text: string, code: number = EXIT.done): Promise<number> {
  if (text === '') return Promise.resolve(code);
  return new Promise((resolve) => {
    // `winsvc status Orders | more` may end early: that is no error.
    stream.on('error', () => {
      resolve(EXIT.done);
    });
    stream.write(text, () => {
      resolve(code);
    });
  });
}
