import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toFileName } from '../util/file-name.ts';
import { serviceRoots } from '../util/service-folder.ts';
import { defaultLogDir } from './options.ts';

/** Name of the file in the default folder that names another folder. */
const POINTER = 'logs.json';

/**
 * Writes the folder of the logs to a file in the default folder, when they are elsewhere: the command line knows only the
 * name of the service. Without the right to write it, `winsvc logs` needs `--dir`.
 */
export function rememberLogDir(service: string, dir: string, makeDir: (dir: string) => void): void {
  const usual = defaultLogDir(service);
  const pointer = join(dirname(usual), POINTER);
  try {
    if (dir === usual) {
      if (existsSync(pointer)) unlinkSync(pointer);
      return;
    }
    if (readPointer(pointer) === dir) return;
    makeDir(dirname(pointer));
    writeFileSync(pointer, `${JSON.stringify({ service, dir }, null, 2)}\n`);
  } catch {
    // No right to write it: the service itself doesn't need it.
  }
}

/** Finds the folder of the logs of a service by its name. */
export function findLogDir(service: string): string {
  for (const root of serviceRoots()) {
    const own = join(root, toFileName(service));
    const elsewhere = readPointer(join(own, POINTER));
    if (elsewhere !== undefined) return elsewhere;
    if (existsSync(join(own, 'logs'))) return join(own, 'logs');
  }
  return defaultLogDir(service);
}

function readPointer(path: string): string | undefined {
  try {
    const { dir } = JSON.parse(readFileSync(path, 'utf8')) as { dir?: unknown };
    return typeof dir === 'string' ? dir : undefined;
  } catch {
    return undefined;
  }
}
