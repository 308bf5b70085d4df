// @ts-check
/** The rig for tests, benchmarks and demos: a real SCM, the node.exe that services run on, and an agent that drives the SCM. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startAgent } from './agent/client.mjs';
import { layout, nodesOf, projectDir, rigDir, wineLevel } from './lib/layout.mjs';
import { RigError } from './lib/run.mjs';
import { ensureServer, setupCommand, spawnLogged, spawnWine, wineEnv, wineWinPath } from './lib/wine.mjs';

export { AgentError } from './agent/client.mjs';
export { RigError } from './lib/run.mjs';

/**
 * @typedef {object} Rig
 * @property {'wine' | 'windows'} kind
 * @property {import('./lib/layout.mjs').WineLevel | undefined} wine the level of the rig
 * @property {string} nodeExe as this system names it
 * @property {(path: string) => string} winPath the same file as Windows programs name it
 * @property {string} modulesDir its node_modules has the Windows binaries of koffi and ffi-rs
 * @property {Record<string, string>} env what Windows programs and services get
 * @property {(exe: string, args?: readonly string[], options?: import('node:child_process').SpawnOptions) => import('node:child_process').ChildProcess} spawnWin
 *   `options.env` adds to `env`. Give Windows paths in `args`.
 * @property {import('./agent/client.mjs').Agent} agent
 * @property {() => Promise<void>} close ends the agent; services and the prefix stay
 * @property {() => Promise<void>} [Symbol.asyncDispose]
 */

/**
 * @param {{ node?: import('./lib/layout.mjs').NodeMajor, wine?: import('./lib/layout.mjs').WineLevel }} [options]
 *   `wine`: default 8, or what WINSVC_RIG_WINE says. Neither has an effect on Windows: there it is this process's node
 * @returns {Promise<Rig & AsyncDisposable>}
 * @throws {RigError} when the rig is not set up
 */
export async function openRig({ node = 22, wine } = {}) {
  const host = process.platform === 'win32' ? windowsHost() : await wineHost(node, wine ?? wineLevel());
  const logFile = join(layout(8).logs, `agent-${process.pid}-${Date.now()}.log`);
  const main = host.winPath(join(rigDir, 'agent', 'main.mjs'));
  const agent = await startAgent(
    (port) =>
      spawnLogged(logFile, (fd) =>
        host.spawnWin(host.nodeExe, [main, String(port), host.winPath(host.modulesDir)], {
          stdio: ['ignore', fd, fd],
          // Blocking SCM calls wait on pool threads; a few hung services must not use them up.
          env: { UV_THREADPOOL_SIZE: '32' },
        }),
      ),
    { logFile },
  );
  const close = agent.close;
  return { ...host, agent, close, [Symbol.asyncDispose]: close };
}

/** @param {import('./lib/layout.mjs').NodeMajor} major @param {import('./lib/layout.mjs').WineLevel} wine */
async function wineHost(major, wine) {
  const at = layout(wine);
  if (!nodesOf(wine).includes(major))
    throw new RigError(
      `Node ${major} doesn't run on Wine ${wine}. Run \`${setupCommand(10)}\`, then this with WINSVC_RIG_WINE=10.`,
    );
  const nodeExe = at.nodeExe(major);
  if (!existsSync(nodeExe) || !existsSync(at.stamp))
    throw new RigError(`the rig has no node.exe ${major} yet. Run \`${setupCommand(wine)}\`.`);
  await ensureServer(at);
  return {
    kind: /** @type {const} */ ('wine'),
    wine,
    nodeExe,
    winPath: (/** @type {string} */ path) => wineWinPath(resolve(path)),
    modulesDir: at.modulesDir,
    env: wineEnv(at.prefix),
    spawnWin: (
      /** @type {string} */ exe,
      /** @type {readonly string[]} */ args = [],
      /** @type {import('node:child_process').SpawnOptions} */ options = {},
    ) => spawnWine(at, exe, args, options),
  };
}

function windowsHost() {
  const dropped = /^(NODE_OPTIONS$|npm_)/i;
  const kept = Object.entries(process.env).filter(([key, value]) => value !== undefined && !dropped.test(key));
  const env = /** @type {Record<string, string>} */ (Object.fromEntries(kept));
  return {
    kind: /** @type {const} */ ('windows'),
    wine: undefined,
    nodeExe: process.execPath,
    winPath: (/** @type {string} */ path) => resolve(path),
    modulesDir: projectDir,
    env,
    spawnWin: (
      /** @type {string} */ exe,
      /** @type {readonly string[]} */ args = [],
      /** @type {import('node:child_process').SpawnOptions} */ options = {},
    ) => spawn(exe, args, { windowsHide: true, ...options, env: { ...env, ...options.env } }),
  };
}
