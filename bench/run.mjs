#!/usr/bin/env node
// @ts-check
/** `npm run bench`: what winsvc costs, on the real SCM, in one run. See README.md. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { NODE_VERSIONS, layout } from '../rig/lib/layout.mjs';
import { run as runProgram } from '../rig/lib/run.mjs';
import { RigError } from '../rig/rig.mjs';
import { HelpWanted, USAGE, UsageError, readOptions } from './lib/options.mjs';
import { pinPrefix } from './lib/pin.mjs';
import { openSession } from './lib/session.mjs';
import { watchStolen } from './lib/stolen.mjs';
import { meetsInCi } from './lib/row.mjs';
import { table } from './lib/table.mjs';
import { blocked } from './parts/blocked.mjs';
import { cli } from './parts/cli.mjs';
import { controls } from './parts/controls.mjs';
import { logging } from './parts/logging.mjs';
import { handlers } from './parts/handlers.mjs';
import { hang } from './parts/hang.mjs';
import { manager } from './parts/manager.mjs';
import { memory } from './parts/memory.mjs';
import { mock } from './parts/mock.mjs';
import { hosting } from './parts/hosting.mjs';
import { packed } from './parts/packed.mjs';
import { start } from './parts/start.mjs';
import { wakeups } from './parts/wakeups.mjs';
import { admin } from './parts/admin.mjs';
import { watchdog } from './parts/watchdog.mjs';

const PARTS = {
  controls,
  blocked,
  start,
  memory,
  wakeups,
  hang,
  mock,
  manager,
  watchdog,
  logging,
  admin,
  handlers,
  hosting,
  cli,
  packed,
};
const began = performance.now();
/** From here on p99 is the neighbours'. */
const DISTURBED_PERCENT = 5;

/** One line that is written over on a terminal, and lines in a log; stdout stays for the result. @param {string} text */
function say(text) {
  const line = `bench ${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}

/** @param {ReturnType<typeof readOptions>} options */
async function bench(options) {
  const interrupted = /** @type {Promise<never>} */ (
    new Promise((_, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.once(signal, () => reject(new Interrupted(`ended by ${signal}`)));
    })
  );
  // Handled below; until the session is open nobody listens.
  interrupted.catch(() => {});
  const session = await openSession(options, say);
  let unpin = async () => {};
  try {
    if (options.pin) unpin = await pinPrefix(session.rig.agent, options.wine);
    if (session.stage.cService === undefined) say('no C service: x86_64-w64-mingw32-gcc is not installed');
    return await Promise.race([interrupted, measure(session, options)]);
  } finally {
    // Calls that were cut off fail now; their failures must not hide what ended them.
    await unpin().finally(session.close);
  }
}

/** @param {import('./lib/session.mjs').Session} session @param {ReturnType<typeof readOptions>} options */
async function measure(session, options) {
  const rows = [];
  /** @type {Record<string, number>} */
  const stolenPercent = {};
  for (const part of options.parts) {
    const stolen = watchStolen();
    rows.push(...(await PARTS[part](session)));
    const percent = stolen();
    if (percent) stolenPercent[part] = percent;
  }
  return { about: { ...(await about(options)), stolenPercent }, rows };
}

/** @param {ReturnType<typeof readOptions>} options */
async function about({ node, wine, pin, rounds }) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const windows = process.platform === 'win32';
  return {
    date: new Date().toISOString().slice(0, 10),
    winsvc: version,
    node: windows ? process.version : `v${NODE_VERSIONS[node]}`,
    scm: windows
      ? 'Windows'
      : (await runProgram(layout(wine).programs.wine, ['--version'])).output.trim().split('\n').at(-1),
    cpus: pin ? 'pinned to one' : `${cpus().length} free`,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
    rounds,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** @param {Awaited<ReturnType<typeof measure>>['about']} about */
function disturbed({ stolenPercent }) {
  const parts = Object.entries(stolenPercent).filter(([, percent]) => percent >= DISTURBED_PERCENT);
  if (parts.length === 0) return '';
  const list = parts.map(([part, percent]) => `${part} (${percent} %)`).join(', ');
  return `\nThe hypervisor took CPU time from this machine during: ${list}. Repeat these with --only before you trust them.\n`;
}

class Interrupted extends Error {}

try {
  const options = readOptions();
  const result = await bench(options);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const missed = result.rows.filter((row) => (options.ci ? meetsInCi(row) : row.pass) === false);
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else process.stdout.write(`${JSON.stringify(result.about)}\n\n${table(result.rows)}\n${disturbed(result.about)}`);
  if (options.ci && missed.length > 0)
    process.stderr.write(
      `\nBeyond the limit for CI (\`ci\` in bench/targets.json): ${missed.map(({ label }) => label).join('; ')}\n`,
    );
  process.exitCode = (options.check || options.ci) && missed.length > 0 ? 1 : 0;
} catch (error) {
  if (error instanceof HelpWanted) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const { message, stack, code } = /** @type {NodeJS.ErrnoException} */ (error);
  const usage = String(code).startsWith('ERR_PARSE_ARGS') || error instanceof UsageError;
  const expected = error instanceof RigError || error instanceof Interrupted;
  process.stderr.write(`\n${usage ? `${message}\n${USAGE}` : expected ? message : stack}\n`);
  // Not just the exit code: calls that were cut off may still hold the event loop.
  process.exit(usage ? 2 : error instanceof Interrupted ? 130 : 1);
}
