import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './imports.ts';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

export interface Entry {
  /** `winsvc/testing` */
  readonly name: string;
  /** `src/testing/index.ts` */
  readonly source: string;
  /** `dist/testing/index.js` */
  readonly built: string;
  readonly types: string;
}

/** What can be imported from the package. */
export const entries: readonly Entry[] = Object.entries(manifest.exports).flatMap(([path, target]): Entry[] => {
  if (typeof target === 'string') return [];
  const built = target.default.replace(/^\.\//, '');
  return [
    {
      name: join(manifest.name, path).replaceAll('\\', '/'),
      source: built.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts'),
      built,
      types: target.types.replace(/^\.\//, ''),
    },
  ];
});
