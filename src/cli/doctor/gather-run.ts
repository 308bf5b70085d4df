import { existsSync } from 'node:fs';
import { machine as machineName } from 'node:os';
import { dirname, win32 } from 'node:path';
import type { MachineProbe, Probed } from '../../scm/machine-probe.ts';
import type { Cli } from '../command.ts';
import { findKoffi } from './find-koffi.ts';
import type { FileFacts, RunFacts } from './snapshot.ts';

/** What a command line runs, and what can be seen of it on the disk. */
export async function gatherRun(cli: Cli, line: string, machine: string | undefined): Promise<RunFacts> {
  const { parseCommandLine, isUnquotedPath } = await import('../../manager/index.ts');
  const unquoted = isUnquotedPath(line);
  const { file, args } = parseCommandLine(expand(unquoted ? quoteProgram(line) : line, cli.env));
  const { nodeArgs, script, rest } = isNode(file)
    ? splitNodeArgs(args)
    : { nodeArgs: [], script: undefined, rest: args };
  const probe = machine === undefined ? await cli.openProbe() : undefined;
  const remote: Probed<never> = { value: undefined, why: `${machine ?? ''} is another machine` };
  const look = (path: string): Promise<FileFacts> => lookAt(path, probe, remote);
  const program = await look(file);
  const architecture = probe && program.exists.value ? await probe.architecture(file) : remote;
  const wanted = architecture.value === undefined || architecture.value === 'none' ? process.arch : architecture.value;
  return {
    unquoted,
    file: program,
    architecture,
    script: script === undefined ? undefined : await look(script),
    nodeArgs,
    args: rest,
    koffi:
      script !== undefined && probe && win32.isAbsolute(script)
        ? findKoffi(dirname(script), wanted)
        : { state: 'unknown', why: remote.why },
    machineArchitecture: NODE_NAMES[machineName().toLowerCase()] ?? machineName(),
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

async function lookAt(path: string, probe: MachineProbe | undefined, remote: Probed<never>): Promise<FileFacts> {
  const absolute = win32.isAbsolute(path);
  if (!probe) return { path, absolute, exists: remote, writers: remote };
  const relative: Probed<never> = { value: undefined, why: `${path} is not a full path` };
  if (!absolute) return { path, absolute, exists: relative, writers: relative };
  const exists = existsSync(path);
  return { path, absolute, exists: { value: exists }, writers: exists ? await probe.writers(path) : relative };
}

/** Where the program of an unquoted path with spaces was meant to end. */
function quoteProgram(line: string): string {
  return line.replace(/^(.*?\.(?:exe|com|bat|cmd|sys))(?=\s|$)/i, '"$1"');
}

function expand(line: string, env: Cli['env']): string {
  return line.replaceAll(/%([^%]+)%/g, (whole, name: string) => {
    const key = Object.keys(env).find((k) => k.toLowerCase() === name.toLowerCase());
    return (key && env[key]) ?? whole;
  });
}

function isNode(file: string): boolean {
  return /(?:^|[\\/])node(?:\.exe)?$/i.test(file);
}

/** Options of Node whose value is an argument of its own. */
const WITH_VALUE = new Set(['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions']);

function splitNodeArgs(args: readonly string[]): { nodeArgs: string[]; script: string | undefined; rest: string[] } {
  let at = 0;
  while (args[at]?.startsWith('-')) at += WITH_VALUE.has(args[at] ?? '') ? 2 : 1;
  return { nodeArgs: args.slice(0, at), script: args[at], rest: args.slice(at + 1) };
}
