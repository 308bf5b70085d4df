import { join } from 'node:path';
import { ServiceError } from '../errors/service-error.ts';
import { findPackageFolder } from '../util/package-files.ts';

const FILE = 'hosted.cjs';

/** Path of the file that hosts a program, below the folder of a winsvc. */
export function hostFileIn(packageFolder: string): string {
  return join(packageFolder, 'dist', FILE);
}

/** Option of Node that loads the host before the program. Default: the host of this winsvc. */
export function toHostPreload(file: string = ownHostFile()): string {
  return `--require=${file}`;
}

/** Returns whether an option of Node is one of {@link toHostPreload}. */
export function isHostPreload(nodeArg: string): boolean {
  return /^--require=(?:.*[\\/])?hosted\.cjs$/i.test(nodeArg);
}

function ownHostFile(): string {
  const folder = findPackageFolder();
  if (folder !== undefined) return hostFileIn(folder);
  throw new ServiceError(
    'INVALID_OPTIONS',
    `The program with winsvc in it was bundled, so the file ${FILE}, which hosts other programs, is missing. Install winsvc beside it: npm install winsvc`,
  );
}
