import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { checkTypeScript, findBinTarget, findTarget } from '../../hosting/install/find-target.ts';
import { findHostFiles, type HostFiles } from '../../hosting/install/host-files.ts';
import { nodeVersion, pinNode } from '../../hosting/install/pin-node.ts';
import type { HostSettings, ProgramOptions } from '../../manager/index.ts';
import { toHostPreload } from '../../scm/host-preload.ts';
import { readSources } from '../doctor/read-sources.ts';
import type { Arguments } from './arguments.ts';
import { givenHostOptions, hostFromOptions } from './host-options.ts';
import { isLoadGuard } from './load-guard.ts';
import { UsageError } from './usage-error.ts';

const SCRIPT = /^\.[cm]?[jt]s$/i;

/** Target of `install`, `ensure` and `run`: the script or program to run, and what its package.json gives it. */
export interface NamedTarget {
  readonly path: string;
  readonly nodeArgs: readonly string[];
  readonly args: readonly string[];
  /** Name for the service, when the target is a package. */
  readonly name: string | undefined;
}

/** Program of a service, hosted where it doesn't use winsvc by itself. */
export interface HostedProgramSpec {
  readonly program: ProgramOptions;
  /** Settings of the host; `undefined`: the program isn't hosted. */
  readonly host: HostSettings | undefined;
  /** Copies the files that the service needs. */
  copy(): void;
}

/**
 * Finds the target that the arguments name: `--bin`, a folder with a package.json, or a path, which stays as it is. What
 * follows are arguments of the program.
 *
 * @throws UsageError, ServiceError INVALID_OPTIONS
 */
export function namedTarget(args: Arguments): NamedTarget {
  const bin = args.text('bin');
  if (bin !== undefined) {
    const { script, name } = findBinTarget(bin, process.cwd());
    return { path: script, nodeArgs: [], args: args.positionals, name };
  }
  const [path, ...rest] = args.positionals;
  if (path === undefined) {
    throw new UsageError('A script is missing: name one, a folder with a package.json, or --bin with a program.');
  }
  const target = resolve(path);
  if (!existsSync(target) || !statSync(target).isDirectory())
    return { path, nodeArgs: [], args: rest, name: undefined };
  const found = findTarget(target);
  return { path: found.script, nodeArgs: found.nodeArgs, args: [...found.args, ...rest], name: found.name };
}

/**
 * Returns whether winsvc hosts a script: it defines no service by itself. One that only asks for `currentService` is
 * hosted, and so is one whose sources say nothing, because a service that it runs all the same takes the connection over.
 */
export function isHostedScript(script: string | undefined): script is string {
  if (script === undefined || !SCRIPT.test(extname(script))) return false;
  const { usesWinsvc, isGuest = false } = readSources(script);
  return !usesWinsvc || isGuest;
}

/**
 * Makes the program of a service load the host first, for a script that doesn't use winsvc by itself.
 *
 * @param isScript it is a script to host, whatever its extension
 * @throws ServiceError INVALID_OPTIONS for a TypeScript file that Node can't run
 */
export function withHost(
  program: ProgramOptions,
  env: Readonly<Record<string, string | undefined>>,
  isScript = isHostedScript(program.script),
): { readonly program: ProgramOptions; readonly files: HostFiles | undefined } {
  const { script = '', nodeArgs = [], file = process.execPath } = program;
  if (!isScript) return { program, files: undefined };
  const usesLoader = nodeArgs.some((arg) => /^(?:--import|--loader|--require|-r)/.test(arg) && !isLoadGuard(arg));
  if (!usesLoader && /\.[cm]?ts$/i.test(script)) checkTypeScript(script, nodeVersion(file));
  const files = findHostFiles(script, import.meta.url, env['ProgramFiles']);
  // The host reports what the load guard does.
  const others = nodeArgs.filter((arg) => !isLoadGuard(arg));
  return { program: { ...program, nodeArgs: [...others, toHostPreload(files.file)] }, files };
}

/**
 * Makes the program that the options of `install` describe, hosted where it doesn't use winsvc by itself.
 *
 * @param project folder of the project of `--bin`
 * @throws ServiceError INVALID_OPTIONS; UsageError for options of hosted programs
 */
export function hostedProgram(
  given: ProgramOptions,
  args: Arguments,
  env: Readonly<Record<string, string | undefined>>,
  project: string | undefined,
): HostedProgramSpec {
  const { program, files } = withHost(given, env, project === undefined ? undefined : true);
  if (!files) {
    const [first] = givenHostOptions(args);
    if (first === undefined) return { program, host: undefined, copy: () => undefined };
    throw new UsageError(`${first} is for scripts that don't use winsvc by themselves. This one is a service already.`);
  }
  const { cwd = project, ...others } = hostFromOptions(args) ?? {};
  const pinned = args.flag('pin-node') ? pinNode(program.file ?? process.execPath, env['ProgramFiles']) : undefined;
  return {
    program: { ...program, ...(pinned && { file: pinned.file }) },
    // The SCM starts services in System32.
    host: { ...(cwd !== undefined && { cwd: resolve(cwd) }), ...others },
    copy() {
      files.copy();
      pinned?.copy();
    },
  };
}
