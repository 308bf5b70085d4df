import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

/** Names of files that say nothing about the program. */
const GENERIC = ['main', 'index', 'app', 'server', 'service', 'start'];

/** The nearest package.json above a file: where it is, and its name. */
export interface NearestPackage {
  readonly dir: string;
  readonly name: string | undefined;
}

/** Finds the nearest package.json that can be read. */
export function findPackage(file: string): NearestPackage | undefined {
  let dir = dirname(resolve(file));
  for (;;) {
    const path = join(dir, 'package.json');
    if (existsSync(path)) return { dir, name: readName(path) };
    const parent = dirname(dir);
    if (parent === dir) return undefined;
    dir = parent;
  }
}

/** The working folder of a program: that of the nearest package.json, or its own. */
export function programFolder(file: string): string {
  return findPackage(file)?.dir ?? dirname(resolve(file));
}

/** Returns whether a name says nothing about the program. */
export function isGenericName(name: string): boolean {
  return GENERIC.includes(name.toLowerCase());
}

/** Name of a program: that of its file; for main, index, app, server, service and start that of its package. */
export function programName(file: string): string {
  const name = basename(file, extname(file));
  const own = isGenericName(name) ? findPackage(file)?.name : undefined;
  return (own ?? name).replace(/^@[^/]+\//, '').replace(/[/\\]/g, '-');
}

function readName(path: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
