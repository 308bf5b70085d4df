import { resolve } from 'node:path';
import type { HostSettings } from '../scm/host-settings.ts';

/** Sets working folder and variables as the options say. @throws the error of the file system, naming the file */
export function applyEnvironment({ env = {}, envFile, expandEnv = false }: HostSettings, cwd: string): void {
  process.chdir(cwd);
  for (const [name, value] of Object.entries(env)) process.env[name] = expandEnv ? expand(value) : value;
  if (envFile === undefined) return;
  const path = resolve(cwd, envFile);
  try {
    process.loadEnvFile(path);
  } catch (error) {
    throw new Error(`The file of variables ${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

/** As Windows does it: a name that isn't set stays as it is. */
function expand(value: string): string {
  return value.replace(/%([^%]+)%/g, (whole, name: string) => process.env[name] ?? whole);
}
