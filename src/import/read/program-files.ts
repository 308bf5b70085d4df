import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ProgramFiles } from '../node-program.ts';

/** The files of this machine. */
export const programFiles: ProgramFiles = {
  packageScript(folder, script) {
    try {
      const text = readFileSync(join(folder, 'package.json'), 'utf8').replace(/^\uFEFF/, '');
      const { scripts } = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, unknown>> };
      const command = scripts && Object.hasOwn(scripts, script) ? scripts[script] : undefined;
      return typeof command === 'string' ? command : undefined;
    } catch {
      return undefined;
    }
  },
  scriptFile(path) {
    if (isFile(path)) return path;
    const candidates = [`${path}.js`, `${path}.cjs`, `${path}.mjs`, ...mainOf(path), join(path, 'index.js')];
    return extname(path) === '' || existsSync(path) ? (candidates.find(isFile) ?? path) : path;
  },
};

/** Main file of a folder, where its package.json names one. */
function mainOf(folder: string): readonly string[] {
  try {
    const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly main?: unknown };
    return typeof main === 'string' ? [join(folder, main), join(folder, `${main}.js`)] : [];
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
