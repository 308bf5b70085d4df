// @ts-check
/**
 * Where the rig keeps things and which versions it wants. Everything that is fetched or made lives
 * outside the sources, so that `git clean` and `npm install` never touch it.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RigError } from './run.mjs';

/** The rig's own folder in the sources. */
export const rigDir = dirname(dirname(fileURLToPath(import.meta.url)));
/** The project's folder. */
export const projectDir = dirname(rigDir);

/** Windows builds of Node the rig runs, by major. */
export const NODE_VERSIONS = /** @type {const} */ ({ 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' });

/** @typedef {keyof typeof NODE_VERSIONS} NodeMajor */

/**
 * The two levels of the rig: the Wine of the machine (8 on Debian 12), and Wine 10 in a folder of the cache.
 * @typedef {8 | 10} WineLevel
 */

/** @type {readonly WineLevel[]} */
export const WINE_LEVELS = [8, 10];

/** Node 24 reserves memory in a way that Wine 8 lacks. @type {Readonly<Record<WineLevel, readonly NodeMajor[]>>} */
const NODES = { 8: [20, 22], 10: [20, 22, 24] };

/** @param {WineLevel} wine @returns {readonly NodeMajor[]} the builds of Node that run on this level */
export const nodesOf = (wine) => NODES[wine];

/** @returns {WineLevel} the level that WINSVC_RIG_WINE names @throws {RigError} when it names none */
export function wineLevel() {
  const { WINSVC_RIG_WINE: asked = '' } = process.env;
  if (asked === '' || asked === '8') return 8;
  if (asked === '10') return 10;
  throw new RigError(`WINSVC_RIG_WINE is "${asked}"; it can be 8 (the Wine of this machine) or 10.`);
}

/** @returns {{ koffi: string, 'ffi-rs': string }} the versions the project asks for, so that the rig tests what ships */
export function ffiVersions() {
  const pkg = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'));
  // '^3.3.4' → '3.3.4': the rig must be the same on every run, so a range means its lower end.
  const version = (/** @type {string} */ name) =>
    /\d+\.\d+\.\d+\S*/.exec(pkg.devDependencies?.[name] ?? pkg.dependencies?.[name] ?? '')?.[0] ?? 'latest';
  return { koffi: version('koffi'), 'ffi-rs': version('ffi-rs') };
}

/** @returns {string} the rig's cache folder */
export function cacheDir() {
  const { WINSVC_RIG_CACHE, XDG_CACHE_HOME } = process.env;
  if (WINSVC_RIG_CACHE) return resolve(WINSVC_RIG_CACHE);
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'winsvc-rig');
}

/** On PATH. */
const MACHINE_PROGRAMS = { wine: 'wine', wineserver: 'wineserver' };

/** All paths of one level; cheap, touches nothing. @param {WineLevel} [wine] default: what WINSVC_RIG_WINE says */
export function layout(wine = wineLevel()) {
  const cache = cacheDir();
  const own = wine === 10 ? join(cache, 'wine10') : cache;
  const bin = join(own, 'root/usr/lib/wine');
  return {
    cache,
    wine,
    stamp: join(cache, 'stamp.json'),
    lock: join(cache, 'lock'),
    serverLock: join(cache, wine === 10 ? 'lock-server-wine10' : 'lock-server'),
    logs: join(cache, 'logs'),
    prefix: join(own, 'prefix'),
    /** Of Wine 10: Debian's packages, unpacked. */
    wineRoot: join(own, 'root'),
    /** Its programs, as they are run. */
    programs: wine === 10 ? { wine: join(bin, 'wine64'), wineserver: join(bin, 'wineserver') } : MACHINE_PROGRAMS,
    /** Its node_modules has the Windows binaries of koffi and ffi-rs. */
    modulesDir: join(cache, 'modules'),
    /** @param {NodeMajor} major */
    nodeExe: (major) => join(cache, `node-${NODE_VERSIONS[major]}`, 'node.exe'),
  };
}

/** @typedef {ReturnType<typeof layout>} Layout */
