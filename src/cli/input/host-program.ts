import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { checkTypeScript, findTarget } from '../../hosting/install/find-target.ts';
import { toHostPreload } from '../../scm/host-preload.ts';
import { findHostFiles, type HostFiles } from '../../hosting/install/host-files.ts';
import type { ProgramOptions } from '../../manager/index.ts';
import { readSources } from '../doctor/read-sources.ts';

/** Turns a folder into the script that its package.json names; other paths stay. @throws ServiceError INVALID_OPTIONS */
export function resolveFolder(path: string): { readonly path: string; readonly args: readonly string[] } {
  const target = resolve(path);
  if (!existsSync(target) || !statSync(target).isDirectory()) return { path, args: [] };
  const { script, args } = findTarget(target);
  return { path: script, args };
}

/**
 * Makes the program of a service load the host first, for a script that doesn't use winsvc by itself.
 *
 * @throws ServiceError INVALID_OPTIONS for a TypeScript file that Node can't run.
 */
export function withHost(
  program: ProgramOptions,
  env: Readonly<Record<string, string | undefined>>,
): { readonly program: ProgramOptions; readonly files: HostFiles | undefined } {
  const { script, nodeArgs = [] } = program;
  if (script === undefined || !/^\.[cm]?[jt]s$/i.test(extname(script)) || readSources(script).usesWinsvc) {
    return { program, files: undefined };
  }
  if (program.file === undefined && nodeArgs.length === 0) checkTypeScript(script, process.version);
  const files = findHostFiles(script, import.meta.url, env['ProgramFiles']);
  return { program: { ...program, nodeArgs: [...nodeArgs, toHostPreload(files.file)] }, files };
}
