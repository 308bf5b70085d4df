import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toFileName } from '../util/file-name.ts';
import { serviceRoots } from '../util/service-folder.ts';
import { defaultLogDir } from './options.ts';

/** Beside the default folder: it says where the logs are instead. */
const POINTER = 'logs.json';

/**
 * Leaves word, where everybody looks first, of a service whose logs are elsewhere: its program knows the folder, the
 * command line only its name. A service that may not do that is found with `--dir`.
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
    // No right to: nothing that the service itself needs.
  }
}

/** Where the logs of a service are, by its name alone. */
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
