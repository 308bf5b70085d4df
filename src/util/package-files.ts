import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedFiles } from './embedded-files.ts';

/** Folders of the package's files, relative to this code: bundled into dist/, one folder below, and in the sources. */
const PLACES = ['.', '..', join('..', '..', 'dist')];

/**
 * Path of the file that has this code. Bundlers break `import.meta.url`: in CommonJS esbuild leaves nothing, and webpack
 * writes the path that the module had on the machine of the build. Then it is the path of the program.
 */
function ownFile(): string {
  return (known ??= findOwnFile());
}

let known: string | undefined;

function findOwnFile(): string {
  // What isn't inside the exe is beside it.
  const embedded = embeddedFiles();
  if (embedded) return join(embedded.folder, 'winsvc.cjs');
  const program = process.argv[1] ?? join(process.cwd(), 'program.js');
  try {
    const file = fileURLToPath(import.meta.url);
    return existsSync(file) ? file : program;
  } catch {
    return program;
  }
}

/** `require` of the file that has this code. Not by an import: webpack replaces calls of an imported `createRequire`. */
export function ownRequire(): NodeJS.Require {
  return process.getBuiltinModule('node:module').createRequire(ownFile());
}

/**
 * Path of a file that comes with the package. A program that was bundled finds it beside the bundle, or in
 * `node_modules/winsvc` there; one exe has a copy made. `undefined`: it is in neither place.
 */
export function findPackageFile(name: string): string | undefined {
  const embedded = embeddedFiles()?.extract(name);
  if (embedded !== undefined) return embedded;
  const here = dirname(ownFile());
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
