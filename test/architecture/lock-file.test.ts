import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};

/** Where Node finds `name` from a package: in its own node_modules, or in one above it. */
function find(from: string, name: string): Locked | undefined {
  const found = packages[`${from ? `${from}/` : ''}node_modules/${name}`];
  if (found || !from) return found;
  return find(from.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, ''), name);
}

describe('package-lock.json', () => {
  it('has the packages of every system, or `npm ci` fails; a version that the registry has only in part needs an override', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !find(path, name))
        .map((name) => `${name} of ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    expect(Object.keys(packages).filter((path) => packages[path]?.resolved)).toEqual([]);
  });

  it('has exact versions for development, ranges for what users install', () => {
    const { dependencies = {}, devDependencies = {} } = packages[''] ?? {};
    expect(Object.entries(devDependencies).filter(([, version]) => !/^\d/.test(version))).toEqual([]);
    expect(Object.entries(dependencies).filter(([, version]) => !version.startsWith('^'))).toEqual([]);
  });
});
