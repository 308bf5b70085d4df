import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { readManifest } from '../../hosting/install/manifest.ts';
import { findPackage, isGenericName, programName } from '../../hosting/program-folder.ts';
import type { ProgramOptions } from '../../manager/index.ts';
import type { Arguments } from './arguments.ts';
import type { AnyService } from '../command.ts';
import { loadGuardFor } from './load-guard.ts';
import { readSources } from '../doctor/read-sources.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { embeddedFiles, ownScript } from '../../util/embedded-files.ts';
import { UsageError } from './usage-error.ts';

const SCRIPT = /^\.[cm]?[jt]s$/i;
const PROGRAM = /^\.(?:exe|com)$/i;

/**
 * Returns the program that the SCM runs: a script with Node, or an executable.
 *
 * @param remote its files are on another machine
 * @param isScript it is a script, whatever its extension
 */
export function programFor(path: string, args: Arguments, remote: boolean, isScript = false): ProgramOptions {
  const extension = extname(path);
  const file = remote ? path : resolve(path);
  if (!remote && !existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  const options = dropUndefined({ file: args.text('node'), nodeArgs: args.list('node-arg'), args: args.list('arg') });
  if (isScript || SCRIPT.test(extension)) {
    if (remote && options.file === undefined)
      throw new UsageError('--machine needs --node too: where node.exe is on that machine.');
    const guard = remote ? [] : loadGuardFor(file);
    return { ...options, script: file, ...nodeArgsWith(guard, options.nodeArgs) };
  }
  if (!PROGRAM.test(extension))
    throw new UsageError(`${path} is neither a script (.js, .mjs, .cjs, .ts) nor a program (.exe).`);
  if (options.file !== undefined || options.nodeArgs) throw new UsageError('--node and --node-arg are for scripts.');
  return { file, ...(options.args && { args: options.args }) };
}

/**
 * Returns what the SCM runs for a program with a service of its own: the verb `run` first, so that no argument behind it
 * is taken for another verb.
 */
export function ownProgram(service: AnyService, args: Arguments): ProgramOptions | undefined {
  const { program, imagePath } = service.definition.install;
  const given = dropUndefined({ file: args.text('node'), nodeArgs: args.list('node-arg'), args: args.list('arg') });
  if (imagePath !== undefined && Object.keys(given).length === 0) return undefined;
  const merged = { ...program, ...given };
  const guard = loadGuardFor(merged.script ?? ownScript() ?? '');
  if (embeddedFiles() && (given.file !== undefined || given.nodeArgs))
    throw new UsageError('--node and --node-arg are for scripts. This program is an exe with Node inside.');
  const [first] = merged.args ?? [];
  // A --node replaces node.exe, not the script.
  const script = merged.script ?? (given.file === undefined ? undefined : process.argv[1]);
  return {
    ...merged,
    ...(script === undefined ? {} : { script }),
    ...((merged.file !== undefined || embeddedFiles()) && script === undefined
      ? {}
      : nodeArgsWith(guard, merged.nodeArgs)),
    args: first === 'run' ? (merged.args ?? []) : ['run', ...(merged.args ?? [])],
  };
}

/** Puts the load guard first: an error of another preload is caught too. */
function nodeArgsWith(guard: readonly string[], nodeArgs: readonly string[] = []): Pick<ProgramOptions, 'nodeArgs'> {
  const all = [...guard, ...nodeArgs];
  return all.length === 0 ? {} : { nodeArgs: all };
}

/**
 * Returns the name of a service that was given none: that of its `defineService` call, that of the script, or for a
 * generic script that of the package.json beside it or above.
 *
 * @throws UsageError when there is none, ServiceError INVALID_OPTIONS when the package.json can't be read
 */
export function defaultName(path: string): string {
  const defined = readSources(resolve(path)).names;
  if (defined.length === 1 && defined[0] !== undefined) return defined[0];
  const name = programName(path);
  if (!isGenericName(name)) return name;
  // Where there is one with a mistake, that is what to repair.
  const found = findPackage(path);
  if (found) readManifest(found.dir);
  throw new UsageError(
    `--name is needed: "${name}" says nothing about the service, and there is no package.json with a name.`,
  );
}
