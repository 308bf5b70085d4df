import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Arguments } from '../input/arguments.ts';
import { type Cli, type Command, EXIT } from '../command.ts';
import { BIN, hostFromOptions, HOST_OPTIONS } from '../input/host-options.ts';
import { isHostedScript, namedTarget } from '../input/host-program.ts';
import type { HostSettings } from '../../manager/index.ts';
import { programName } from '../../hosting/program-folder.ts';
import { isHostPreload } from '../../scm/host-preload.ts';
import { splitNodeArgs } from '../../util/node-arguments.ts';
import { findPackageFile } from '../../util/package-files.ts';
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
variables, from System32; but as you, not as its account. Ctrl+C stops it, through its shutdown hooks. A script that
doesn't use winsvc is hosted, as install would host it.`,
  own: {
    summary: 'Run the service in this terminal; the same as no command.',
    details: 'Ctrl+C stops it, through its shutdown hooks; p and c pause and continue it, when it can.',
  },
  positionals: [
    {
      name: 'service',
      help: 'An installed service, a script, or a folder with a package.json.',
      own: true,
      optional: true,
    },
    { name: 'arguments', help: 'Handed to it; after -- when they begin with a dash.', rest: true },
  ],
  options: { ...BIN, ...HOST_OPTIONS },
  examples: [
    ['run {service}', 'why does it not start?'],
    ['run {script} -- --port 3000', 'with arguments'],
    ['run --bin next -- start -p 3000', 'a program of a package'],
  ],
  async run(cli, args) {
    if (cli.service) return cli.runService(args.positionals);
    return spawnHere(await programOf(cli, args), cli);
  },
};

async function programOf(cli: Cli, args: Arguments): Promise<Program> {
  const [target = '', ...rest] = args.positionals;
  if (args.text('machine') !== undefined) throw new UsageError('run is for this machine: leave out --machine.');
  if (args.flag('bin') || isPath(target)) return programOfTarget(args);
  const [manager, { parseCommandLine }] = await Promise.all([cli.manager(), import('../../manager/index.ts')]);
  const { imagePath, environment, host } = await manager.service(target).config();
  const { file, args: own } = parseCommandLine(expandVariables(imagePath, cli.env));
  const { SystemRoot } = cli.env;
  const { nodeArgs, script, rest: arguments_ } = splitNodeArgs(own);
  if (nodeArgs.some(isHostPreload) && script !== undefined) {
    const others = nodeArgs.filter((arg) => !isHostPreload(arg));
    const hosted = hostedHere({ ...host, ...hostFromOptions(args) }, target, script, [...arguments_, ...rest]);
    return { ...hosted, file, args: [...others, ...hosted.args], variables: environment ?? {} };
  }
  return {
    file,
    args: [...own, ...rest],
    cwd: SystemRoot === undefined ? undefined : `${SystemRoot}\\System32`,
    variables: environment ?? {},
  };
}

/** Returns whether a word names a file or folder, and not a service: a service may be called as a folder here is. */
function isPath(word: string): boolean {
  if (!existsSync(word)) return false;
  return extname(word) !== '' || /[\\/]|^\.+$/.test(word);
}

/** Program of a script or folder: hosted as a service would be, unless it is a service by itself. */
function programOfTarget(args: Arguments): Program {
  const { path, nodeArgs, args: words, name = programName(path) } = namedTarget(args);
  const script = resolve(path);
  if (!args.flag('bin') && !isHostedScript(script)) {
    return { file: process.execPath, args: [...nodeArgs, script, ...words], cwd: undefined, variables: {} };
  }
  const settings = hostFromOptions(args) ?? {};
  const cwd = args.flag('bin') ? process.cwd() : undefined;
  const hosted = hostedHere({ ...(cwd !== undefined && { cwd }), ...settings }, name, script, words);
  return { ...hosted, args: [...nodeArgs, ...hosted.args] };
}

/** Runs a script under the host of winsvc, as the SCM would, but in this terminal. */
function hostedHere(settings: HostSettings, name: string, script: string, words: readonly string[]): Program {
  const launcher = findPackageFile('run-hosted.js');
  if (launcher === undefined)
    throw new UsageError('The package winsvc lacks the file run-hosted.js: install it again.');
  const options = JSON.stringify({ ...settings, name });
  return { file: process.execPath, args: [launcher, options, script, ...words], cwd: undefined, variables: {} };
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
