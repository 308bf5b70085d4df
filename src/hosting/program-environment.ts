import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { HostSettings } from '../scm/host-settings.ts';

/**
 * Sets the working directory and the variables of a program. A variable of `env` wins over one that exists, and that one
 * over the file.
 *
 * @throws Error that names the folder or file that can't be used
 */
export function applyEnvironment({ env = {}, envFile, expandEnv = false }: HostSettings, cwd: string): void {
  try {
    process.chdir(cwd);
  } catch (error) {
    throw new Error(`The working directory ${cwd} can't be used: ${(error as Error).message}`, { cause: error });
  }
  const fromFile = envFile === undefined ? {} : readVariables(resolve(cwd, envFile));
  const lookUp = (name: string): string | undefined => process.env[name] ?? fromFile[name];
  const own = Object.entries(env).map(([name, value]) => [name, expandEnv ? expand(value, lookUp) : value] as const);
  for (const [name, value] of own) process.env[name] = value;
  for (const [name, value] of Object.entries(fromFile)) process.env[name] ??= value;
}

function readVariables(path: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`The file of variables ${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Replaces `%NAME%` as Windows does: a name that isn't set stays as it is. */
function expand(value: string, lookUp: (name: string) => string | undefined): string {
  return value.replace(/%([^%]+)%/g, (whole, name: string) => lookUp(name) ?? whole);
}
