#!/usr/bin/env node
// @ts-check
/** `npm run rig:setup`: makes the real-SCM rig, or says in one message why it can't. See README.md. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WINE_LEVELS, cacheDir, layout, wineLevel } from './lib/layout.mjs';
import { withLock } from './lib/lock.mjs';
import { RigError } from './lib/run.mjs';
import { steps } from './lib/steps.mjs';
import { ensureServer, stopServer } from './lib/wine.mjs';

const USAGE = 'node rig/setup.mjs [--wine10] [--reset] [--stop] [--json]';
const began = performance.now();
// Read before the arguments are checked, so that a usage error too answers in the form asked for.
const json = process.argv.includes('--json');

/** Progress goes to stderr, so that `--json` keeps stdout for itself. @param {string} text */
const say = (text) =>
  process.stderr.write(`rig ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}\n`);

async function main() {
  const { values } = readArgs();
  if (process.platform === 'win32') return finish(checkWindows());
  if (process.platform !== 'linux') {
    throw new RigError('the real-SCM rig needs Linux with apt or Windows; npm test works everywhere.');
  }
  if (process.arch !== 'x64') throw new RigError(`the rig runs x64 Windows programs; this machine is ${process.arch}.`);
  if (values.stop) {
    for (const level of WINE_LEVELS) await stopServer(layout(level));
    return finish({ kind: 'wine', stopped: true });
  }
  const at = layout(values.wine10 ? 10 : wineLevel());
  await withLock(at.lock, () => setUp(at, values.reset), {
    onWait: (pid) => say(`waiting for another set-up (pid ${pid})`),
  });
}

/** @param {import('./lib/layout.mjs').Layout} at @param {boolean} reset */
async function setUp(at, reset) {
  if (reset) {
    say('deleting the Wine prefix');
    await stopServer(at);
    rmSync(at.prefix, { recursive: true, force: true });
  }
  const stamp = readStamp(at.stamp);
  /** @type {string[]} */
  const made = [];
  for (const step of steps(at)) {
    if (stamp[step.name] === step.version && step.present()) continue;
    // Packages are the machine's, not the cache's: present without a stamp is done.
    if (!(step.name === 'packages' && step.present())) {
      say(`${step.name} (${step.version}) …`);
      try {
        await step.make();
      } catch (error) {
        if (step.optional === undefined) throw error;
        say(`${step.name} is left out, so ${step.optional}: ${/** @type {Error} */ (error).message.split('\n')[0]}`);
        continue;
      }
      if (!step.present())
        throw new RigError(`the step '${step.name}' (${step.version}) ran, but what it provides is still missing.`);
      made.push(step.name);
    }
    stamp[step.name] = step.version;
    writeStamp(at.stamp, stamp);
  }
  const server = await ensureServer(at);
  finish({ kind: 'wine', wine: at.wine, cache: cacheDir(), made, server, versions: stamp });
}

/** @param {{ kind: 'wine' | 'windows', stopped?: boolean, server?: string, cache?: string, wine?: number } & Record<string, unknown>} result */
function finish(result) {
  const seconds = Number(((performance.now() - began) / 1000).toFixed(2));
  if (json) process.stdout.write(`${JSON.stringify({ ok: true, ...result, seconds })}\n`);
  else if (result.stopped) say('stopped');
  else
    say(
      result.kind === 'wine'
        ? `ready: Wine ${result.wine === 10 ? '10, ' : ''}prefix ${result.server}, cache ${result.cache}`
        : 'ready: elevated, using the SCM of this Windows',
    );
}

function checkWindows() {
  // Answers 0 only to an administrator, whatever the language.
  if (spawnSync('net', ['session'], { stdio: 'ignore', windowsHide: true }).status !== 0) {
    throw new RigError(
      'this terminal is not elevated. Open one with "Run as administrator", then run `npm run test:scm`.',
    );
  }
  return { kind: /** @type {const} */ ('windows'), elevated: true };
}

/** @param {string} file @returns {Record<string, string>} */
function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {string} file @param {Record<string, string>} stamp */
function writeStamp(file, stamp) {
  mkdirSync(cacheDir(), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}

function readArgs() {
  try {
    const flag = /** @type {const} */ ({ type: 'boolean', default: false });
    return parseArgs({ options: { wine10: flag, reset: flag, stop: flag, json: flag } });
  } catch (error) {
    throw new RigError(`${/** @type {Error} */ (error).message}\nUsage: ${USAGE}`);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof RigError)) throw error;
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: error.message })}\n`);
  else process.stderr.write(`rig: ${error.message}\n`);
  process.exitCode = 1;
}
