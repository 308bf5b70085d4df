import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Returns the option of Node that reports load errors of a script, when the script finds a winsvc that has it. */
export function loadGuardFor(script: string): readonly string[] {
  try {
    const manifest = createRequire(resolve(script)).resolve('winsvc/package.json');
    const guard = join(dirname(manifest), 'dist', 'load-guard.cjs');
    return existsSync(guard) ? [`--require=${guard}`] : [];
  } catch {
    return [];
  }
}

/** Returns true for the option that `loadGuardFor` adds. */
export function isLoadGuard(nodeArg: string): boolean {
  return /^--require=.*[\\/]load-guard\.cjs$/.test(nodeArg);
}
