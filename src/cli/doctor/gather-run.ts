import { existsSync, realpathSync } from 'node:fs';
import { machine as machineName } from 'node:os';
import { win32 } from 'node:path';
import type { MachineProbe, Probed } from '../../scm/machine-probe.ts';
import type { Cli } from '../command.ts';
import { childEnvironment, expandVariables, variablesIn } from '../input/expand-variables.ts';
import { isLoadGuard } from '../input/load-guard.ts';
import { joinScript, splitNodeArgs } from '../../util/node-arguments.ts';
import { readSources } from './read-sources.ts';
import type { FileFacts, RunFacts } from './snapshot.ts';
import { lookUp } from '../../util/look-up.ts';

interface Run {
  readonly commandLine: string;
  readonly machine: string | undefined;
  /** Variables of the service. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Finds out what a command line runs, and what the files on the disk say about it. */
export async function gatherRun(cli: Cli, { commandLine, machine, environment }: Run): Promise<RunFacts> {
  const { parseCommandLine, isUnquotedPath } = await import('../../manager/index.ts');
  const unquoted = isUnquotedPath(commandLine);
  const line = expandVariables(unquoted ? quoteProgram(commandLine) : commandLine, cli.env);
  const { file, args } = parseCommandLine(line);
  const split = isNode(file)
    ? joinScript(splitNodeArgs(args), (path) => machine === undefined && existsSync(path))
    : { nodeArgs: [], script: undefined, rest: args, joined: false };
  const { nodeArgs, script, rest } = split;
  const probe = machine === undefined ? await cli.openProbe() : undefined;
  const remote: Probed<never> = { value: undefined, why: `${machine ?? ''} is another machine` };
  const inspect = (path: string): Promise<FileFacts> => fileFacts(path, probe, remote);
  const program = await inspect(file);
  const scriptFacts = script === undefined ? undefined : await inspect(script);
  const loadable = scriptFacts?.exists.value === true && program.exists.value === true;
  const why = probe ? 'the program or the script does not exist' : remote.why;
  const loaded = loadable
    ? await cli.checkLoad({
        node: file,
        nodeArgs: nodeArgs.filter((arg) => !isLoadGuard(arg)),
        script: scriptFacts.path,
        env: { ...childEnvironment(cli.env), ...environment },
      })
    : { koffi: { state: 'unknown', why } as const, load: { value: undefined, why } };
  return {
    ...loaded,
    unquoted,
    scriptUnquoted: split.joined,
    variables: variablesIn(commandLine),
    file: program,
    architecture: probe && program.exists.value ? await probe.architecture(file) : remote,
    script: scriptFacts,
    nodeArgs,
    args: rest,
    sources: scriptFacts?.exists.value ? readSources(scriptFacts.path) : undefined,
    machineArchitecture: lookUp(NODE_NAMES, machineName().toLowerCase()) ?? machineName(),
  };
}

const NODE_NAMES: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  amd64: 'x64',
  i386: 'ia32',
  i686: 'ia32',
  x86: 'ia32',
  arm64: 'arm64',
  aarch64: 'arm64',
};

async function fileFacts(path: string, probe: MachineProbe | undefined, remote: Probed<never>): Promise<FileFacts> {
  const absolute = win32.isAbsolute(path);
  if (!probe) return { path, real: path, absolute, exists: remote, writers: remote };
  const relative: Probed<never> = { value: undefined, why: `${path} is not a full path` };
  if (!absolute) return { path, real: path, absolute, exists: relative, writers: relative };
  const exists = existsSync(path);
  const writers = exists ? await probe.writers(path) : relative;
  return { path, real: realPath(path), absolute, exists: { value: exists }, writers };
}

/** Follows links: nvm and fnm put one into Program Files that leads into a profile. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Quotes an unquoted path with spaces, up to the file name extension. */
function quoteProgram(line: string): string {
  return line.replace(/^(.*?\.(?:exe|com|bat|cmd|sys))(?=\s|$)/i, '"$1"');
}

function isNode(file: string): boolean {
  return /(?:^|[\\/])node(?:\.exe)?$/i.test(file);
}
