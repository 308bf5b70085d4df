import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Folders of the package's files, relative to this code: bundled into dist/, one folder below, and in the sources. */
const PLACES = ['.', '..', join('..', '..', 'dist')];

/** URL of the file that has this code. A bundle in CommonJS has no `import.meta.url`: there it is the program. */
export function ownUrl(): string {
  const url = import.meta.url as string | undefined;
  return url ?? pathToFileURL(process.argv[1] ?? join(process.cwd(), 'program.js')).href;
}

/** `require` of the file that has this code. */
export function ownRequire(): NodeJS.Require {
  return createRequire(ownUrl());
}

/**
 * Path of a file that comes with the package. A program that was bundled finds it beside the bundle, or in
 * `node_modules/winsvc` there. `undefined`: it is in neither place.
 */
export function findPackageFile(name: string): string | undefined {
  const here = dirname(fileURLToPath(ownUrl()));
  const beside = PLACES.map((place) => join(here, place, name)).find((path) => existsSync(path));
  return beside ?? findInstalled(name);
}

/** Folder of the installed package. `undefined`: the program was bundled, and winsvc isn't installed beside it. */
export function findPackageFolder(): string | undefined {
  try {
    return dirname(ownRequire().resolve('winsvc/package.json'));
  } catch {
    return undefined;
  }
}

function findInstalled(name: string): string | undefined {
  const folder = findPackageFolder();
  const path = folder === undefined ? undefined : join(folder, 'dist', name);
  return path !== undefined && existsSync(path) ? path : undefined;
}
