import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KoffiFacts } from './snapshot.ts';

/** Looks for koffi and its binary as Node would from this folder. Nothing is loaded. */
export function findKoffi(folder: string, architecture: string): KoffiFacts {
  const wanted = `@koromix/koffi-win32-${architecture}`;
  const winsvc = find('winsvc', folder);
  if (winsvc === undefined) return { state: 'unknown', why: 'the package winsvc is not installed beside the script' };
  // Where a package manager links packages, their own packages are where they really are.
  const koffi = find('koffi', realpathSync(winsvc));
  if (koffi === undefined) return { state: 'missing', folder, wanted };
  return { state: find(wanted, realpathSync(koffi)) === undefined ? 'noBinary' : 'ok', folder, wanted };
}

/** The nearest node_modules that has the package. */
function find(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
