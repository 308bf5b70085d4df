import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closureOf, ROOT } from './imports.ts';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
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
  /** Optional packages without which it can't even be imported. */
  readonly peers: readonly string[];
}

/** Optional packages. */
export const peers: readonly string[] = Object.keys(manifest.peerDependencies ?? {});

/** What can be imported from the package. */
export const entries: readonly Entry[] = Object.entries(manifest.exports).flatMap(([path, target]): Entry[] => {
  if (typeof target === 'string') return [];
  const built = target.default.replace(/^\.\//, '');
  const source = built.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');
  const { packages } = closureOf(source);
  return [
    {
      name: join(manifest.name, path).replaceAll('\\', '/'),
      source,
      built,
      types: target.types.replace(/^\.\//, ''),
      peers: peers.filter((name) => packages.has(name)),
    },
  ];
});
