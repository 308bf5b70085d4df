// @ts-check
/**
 * Where the rig keeps things and which versions it wants. Everything that is fetched or made lives
 * outside the sources, so that `git clean` and `npm install` never touch it.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The rig's own folder in the sources. */
export const rigDir = dirname(dirname(fileURLToPath(import.meta.url)));
/** The project's folder. */
export const projectDir = dirname(rigDir);

/** Windows builds of Node the rig runs, by major. Node 24 needs Wine 10 (see README.md). */
export const NODE_VERSIONS = /** @type {const} */ ({ 20: '20.20.2', 22: '22.23.3' });

/** @typedef {keyof typeof NODE_VERSIONS} NodeMajor */

/** @returns {string} the koffi version the project asks for, so that the rig tests what ships */
export function koffiVersion() {
  try {
    const pkg = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'));
    const range = pkg.devDependencies?.koffi ?? pkg.dependencies?.koffi;
    // '^3.3.4' → '3.3.4': the rig must be the same on every run, so a range means its lower end.
    return /\d+\.\d+\.\d+\S*/.exec(range ?? '')?.[0] ?? '3.3.4';
  } catch {
    return '3.3.4';
  }
}

/** @returns {string} the rig's cache folder */
export function cacheDir() {
  const { WINSVC_RIG_CACHE, XDG_CACHE_HOME } = process.env;
  if (WINSVC_RIG_CACHE) return resolve(WINSVC_RIG_CACHE);
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'winsvc-rig');
}

/** All paths of the rig; cheap, touches nothing. */
export function layout() {
  const cache = cacheDir();
  return {
    cache,
    stamp: join(cache, 'stamp.json'),
    lock: join(cache, 'lock'),
    logs: join(cache, 'logs'),
    prefix: join(cache, 'prefix'),
    /** Its node_modules has koffi's Windows binary. */
    modulesDir: join(cache, 'modules'),
    /** @param {NodeMajor} major */
    nodeExe: (major) => join(cache, `node-${NODE_VERSIONS[major]}`, 'node.exe'),
  };
}

/** @typedef {ReturnType<typeof layout>} Layout */
