// @ts-check
/** A Wine prefix of the rig: its environment, its server, its start and end. */
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname, isAbsolute } from 'node:path';
import { withLock } from './lock.mjs';
import { RigError, run, which } from './run.mjs';

/** What Wine's own programs would otherwise try on a new prefix: installers for .NET and HTML, desktop menus. */
const NO_EXTRAS = 'mscoree=;mshtml=;winemenubuilder.exe=d';

/**
 * Built from nothing, not copied: the first Wine program hands its environment to services.exe and so to
 * every service until the prefix ends, and NODE_OPTIONS or npm's variables would change what is tested.
 * @param {string} prefix
 * @returns {Record<string, string>}
 */
export function wineEnv(prefix) {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = process.env;
  return {
    PATH,
    HOME: homedir(),
    LANG: 'C.UTF-8',
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: NO_EXTRAS,
  };
}

/**
 * Starts the prefix when it is down. `wineserver -p` keeps it up: without it Wine ends all services
 * about 1.5 s after the last ordinary program.
 * @param {import('./layout.mjs').Layout} at
 * @returns {Promise<'started' | 'was running'>}
 */
export function ensureServer(at) {
  return withLock(at.serverLock, async () => {
    if (!existsSync(at.prefix)) throw new RigError(`the rig has no Wine prefix yet. Run \`${setupCommand(at.wine)}\`.`);
    const env = wineEnv(at.prefix);
    // 2 means that a server is already there.
    const { code } = await run(at.programs.wineserver, ['-p'], { env, timeoutMs: 30_000, okCodes: [0, 2] });
    if (code === 2) return 'was running';
    // The first program brings services.exe up, with this environment.
    await run(at.programs.wine, ['cmd', '/c', 'exit'], { env, timeoutMs: 120_000 });
    return 'started';
  });
}

/**
 * @param {import('./layout.mjs').Layout} at
 * @returns {Promise<void>}
 */
export async function stopServer(at) {
  const { wineserver } = at.programs;
  const there = isAbsolute(wineserver) ? existsSync(wineserver) : which(wineserver) !== undefined;
  if (!existsSync(at.prefix) || !there) return;
  const env = wineEnv(at.prefix);
  // 1 or 2 when no server is running: nothing to do.
  await run(wineserver, ['-k'], { env, timeoutMs: 30_000, okCodes: [0, 1, 2] });
  await run(wineserver, ['-w'], { env, timeoutMs: 30_000, okCodes: [0, 1, 2] });
}

/**
 * @param {import('./layout.mjs').Layout} at
 * @returns {Promise<void>}
 */
export async function makePrefix(at) {
  mkdirSync(at.prefix, { recursive: true });
  const env = wineEnv(at.prefix);
  // Any first program makes the prefix. A plain `wineboot -i` would do it a second time, beside the first.
  await run(at.programs.wine, ['cmd', '/c', 'exit'], { env, timeoutMs: 180_000 });
  // Without it node.exe refuses the platform.
  await run(at.programs.wine, ['winecfg', '-v', 'win10'], { env, timeoutMs: 60_000 });
  // The registry reaches the disk when the server ends; the next start is then on a finished prefix.
  await stopServer(at);
}

/**
 * @param {string} unixPath an absolute path
 * @returns {string} the same file as Windows programs under Wine see it
 */
export function wineWinPath(unixPath) {
  return `Z:${unixPath.replaceAll('/', '\\')}`;
}

/**
 * Output to files under `logs`: on Wine 10 node.exe can't start with a pipe.
 * @param {string} file
 * @param {(fd: number) => import('node:child_process').ChildProcess} start
 */
export function spawnLogged(file, start) {
  mkdirSync(dirname(file), { recursive: true });
  const fd = openSync(file, 'w');
  try {
    return start(fd);
  } finally {
    closeSync(fd);
  }
}

/** @param {import('./layout.mjs').WineLevel} wine @returns {string} what makes this level */
export const setupCommand = (wine) => (wine === 10 ? 'npm run rig:setup -- --wine10' : 'npm run rig:setup');

/**
 * @param {import('./layout.mjs').Layout} at
 * @param {string} exe unix path
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function spawnWine(at, exe, args, options) {
  return spawn(at.programs.wine, [exe, ...args], { ...options, env: { ...wineEnv(at.prefix), ...options.env } });
}
