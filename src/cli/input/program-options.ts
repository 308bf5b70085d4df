import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { ProgramOptions } from '../../manager/index.ts';
import type { Arguments } from './arguments.ts';
import type { AnyService } from '../command.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { UsageError } from './usage-error.ts';

const SCRIPT = /^\.[cm]?[jt]s$/i;
const PROGRAM = /^\.(?:exe|com)$/i;

/** What the SCM is to run: a script with Node, or a program. `remote`: its files can't be looked at from here. */
export function programFor(path: string, args: Arguments, remote: boolean): ProgramOptions {
  const extension = extname(path);
  const file = remote ? path : resolve(path);
  if (!remote && !existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  const options = dropUndefined({ file: args.text('node'), nodeArgs: args.list('node-arg'), args: args.list('arg') });
  if (SCRIPT.test(extension)) {
    if (remote && options.file === undefined)
      throw new UsageError('--machine needs --node too: where node.exe is on that machine.');
    return { ...options, script: file };
  }
  if (!PROGRAM.test(extension))
    throw new UsageError(`${path} is neither a script (.js, .mjs, .cjs, .ts) nor a program (.exe).`);
  if (options.file !== undefined || options.nodeArgs) throw new UsageError('--node and --node-arg are for scripts.');
  return { file, ...(options.args && { args: options.args }) };
}

/**
 * What the SCM is to run for a program's own service: the verb `run` first, so that no argument behind it is ever taken
 * for another verb.
 */
export function ownProgram(service: AnyService, args: Arguments): ProgramOptions | undefined {
  const { program, imagePath } = service.definition.install;
  const given = dropUndefined({ file: args.text('node'), nodeArgs: args.list('node-arg'), args: args.list('arg') });
  if (imagePath !== undefined && Object.keys(given).length === 0) return undefined;
  const merged = { ...program, ...given };
  const [first] = merged.args ?? [];
  // A --node replaces node.exe, not the script.
  const script = merged.script ?? (given.file === undefined ? undefined : process.argv[1]);
  return {
    ...merged,
    ...(script === undefined ? {} : { script }),
    args: first === 'run' ? (merged.args ?? []) : ['run', ...(merged.args ?? [])],
  };
}

/** The name of a service that was given none: that of its script, or of the folder when that says more. */
export function defaultName(path: string): string {
  return basename(path, extname(path));
}
