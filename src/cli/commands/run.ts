import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Arguments } from '../input/arguments.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import { childEnvironment, expandVariables } from '../input/expand-variables.ts';
import { UsageError } from '../input/usage-error.ts';

interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

export const run: Command = {
  name: 'run',
  summary: 'Run a service in this terminal, where its output and errors show.',
  details: `An installed service runs as the SCM would run it: its command line, in which %NAME% is replaced, and its
variables, from System32; but as you, not as its account. Ctrl+C stops it, through its shutdown hooks.`,
  own: {
    summary: 'Run the service in this terminal; the same as no command.',
    details: 'Ctrl+C stops it, through its shutdown hooks; p and c pause and continue it, when it can.',
  },
  positionals: [
    { name: 'service', help: 'An installed service, or a script.', own: true },
    { name: 'arguments', help: 'Handed to it; after -- when they begin with a dash.', rest: true },
  ],
  options: {},
  examples: [
    ['run {service}', 'why does it not start?'],
    ['run {script} -- --port 3000', 'with arguments'],
  ],
  async run(cli, args) {
    if (cli.service) return cli.runService(args.positionals);
    return spawnHere(await programOf(cli, args), cli);
  },
};

async function programOf(cli: Cli, args: Arguments): Promise<Program> {
  const [target = '', ...rest] = args.positionals;
  if (args.text('machine') !== undefined) throw new UsageError('run is for this machine: leave out --machine.');
  if (existsSync(target) && extname(target) !== '')
    return { file: process.execPath, args: [resolve(target), ...rest], cwd: undefined, variables: {} };
  const [manager, { parseCommandLine }] = await Promise.all([cli.manager(), import('../../manager/index.ts')]);
  const { imagePath, environment } = await manager.service(target).config();
  const { file, args: own } = parseCommandLine(expandVariables(imagePath, cli.env));
  const { SystemRoot } = cli.env;
  return {
    file,
    args: [...own, ...rest],
    cwd: SystemRoot === undefined ? undefined : `${SystemRoot}\\System32`,
    variables: environment ?? {},
  };
}

async function spawnHere({ file, args, cwd, variables }: Program, cli: Cli): Promise<number> {
  const child = spawn(file, args, {
    stdio: 'inherit',
    env: { ...childEnvironment(cli.env), ...variables },
    ...(cwd === undefined ? {} : { cwd }),
  });
  // Ctrl+C reaches the program too, and it decides when it ends.
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      done(code ?? (signal ? EXIT.interrupted : EXIT.failed));
    });
  });
}
