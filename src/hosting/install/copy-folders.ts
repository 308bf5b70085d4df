import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';

/**
 * Options of the copy. Without a filter, Node 22 copies by native code that ends the process when a path has letters such
 * as ü. https://github.com/nodejs/node/issues/58768
 */
const COPY = { recursive: true, dereference: true, filter: () => true };

/**
 * Copies files and folders into a new folder. The folder appears whole or not at all: the copy is made beside it, and
 * renamed.
 *
 * @param parts sources by their paths below the folder
 * @throws ServiceError INVALID_OPTIONS that names the folder, with the error of the file system
 */
export function copyFolders(parts: Readonly<Record<string, string>>, folder: string): void {
  let part: string | undefined;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    part = mkdtempSync(`${folder}.part-`);
    for (const [to, from] of Object.entries(parts)) {
      cpSync(from, join(part, to), COPY);
    }
    renameSync(part, folder);
  } catch (cause) {
    if (part !== undefined) rmSync(part, { recursive: true, force: true });
    // Another install was faster.
    if (existsSync(folder)) return;
    const message = `The files of the host can't be copied to ${folder}: ${(cause as Error).message}. Run it as administrator, or "npm install winsvc" beside the program.`;
    throw new ServiceError('INVALID_OPTIONS', message, { cause });
  }
}
