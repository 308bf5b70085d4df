import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { binsOf, invalidTarget, type Manifest, readManifest, resolveFile } from './manifest.ts';

/**
 * Finds the script of a program that a package of the project brings, such as `next`: in the nearest node_modules that has
 * it, from a folder upward. npm's shims in node_modules/.bin are scripts of a shell, which isn't needed.
 *
 * @throws ServiceError INVALID_OPTIONS when there is none
 */
export function findBin(name: string, from: string): string {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    const modules = join(dir, 'node_modules');
    const found = existsSync(modules) ? binIn(modules, name) : undefined;
    if (found !== undefined) return found;
    if (dirname(dir) === dir) break;
  }
  throw invalidTarget(
    `No package in the node_modules of ${resolve(from)} has a program "${name}". Run npm install there, or name the script.`,
  );
}

/** The package of the same name first: most programs are called as their package is. */
function binIn(modules: string, name: string): string | undefined {
  for (const folder of [name, ...packageFolders(modules)]) {
    const dir = join(modules, folder);
    const file = readIfThere(dir) && binsOf(readIfThere(dir) ?? {})[name];
    if (file) return resolveFile(dir, file);
  }
  return undefined;
}

function packageFolders(modules: string): string[] {
  return readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((below) => join(name, below)) : [name],
  );
}

function readIfThere(dir: string): Manifest | undefined {
  if (!existsSync(join(dir, 'package.json'))) return undefined;
  try {
    return readManifest(dir);
  } catch {
    // A package that is broken isn't the one.
    return undefined;
  }
}
