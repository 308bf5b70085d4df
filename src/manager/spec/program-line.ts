import { resolve } from 'node:path';
import { isHostPreload, toHostPreload } from '../../scm/host-preload.ts';
import type { InstallOptions, ProgramOptions } from '../../scm/service-spec.ts';
import { embeddedFiles, ownScript } from '../../util/embedded-files.ts';
import { buildCommandLine } from './command-line.ts';

/** Builds the command line of a spec: `imagePath` as it is, or `program`. `undefined`: the spec names neither. */
export function toImagePath({ imagePath, program, host }: InstallOptions): string | undefined {
  // config() reports an empty image path for a driver in its default folder.
  if (imagePath !== undefined) return imagePath === '' ? undefined : imagePath;
  return program && toProgramLine(host ? withHost(program) : program);
}

/** Adds the option of Node that loads the host, unless it is there. */
function withHost(program: ProgramOptions): ProgramOptions {
  const { nodeArgs = [], file, script } = program;
  // An exe of `winsvc pack --sea` hosts the program inside it.
  if (embeddedFiles() && file === undefined && script === undefined) return program;
  return nodeArgs.some(isHostPreload) ? program : { ...program, nodeArgs: [...nodeArgs, toHostPreload()] };
}

/** Builds the command line of a program. Default: this Node and the script that runs now. */
export function toProgramLine({ file, nodeArgs = [], script, args = [] }: ProgramOptions): string {
  const entry = script ?? (file === undefined ? ownScript() : undefined);
  return buildCommandLine(resolve(file ?? process.execPath), [
    ...nodeArgs,
    ...(entry === undefined ? [] : [resolve(entry)]),
    ...args,
  ]);
}
