// @ts-check
/**
 * Hosts unchanged programs as services of a real SCM and prints a table: npm run test:programs -- [name…] [--times 5]
 * [--write]. With --write the rows go to results.json, from which `npm run docs:generate` makes the table of docs/hosting.md.
 */
import { once } from 'node:events';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { NODE_VERSIONS } from '../../rig/lib/layout.mjs';
import { openRig } from '../../rig/rig.mjs';
import { stagePackage } from '../support/stage.mjs';
import { PROGRAMS } from './catalog.mjs';
import { BIG_FILE_BYTES } from './clients.mjs';
import { measure, QUICK_STOP_MS, readLogs } from './measure.mjs';
import { preparePackages, versionsOf } from './packages.mjs';

/** @typedef {import('./catalog.mjs').Program} Program */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const RESULTS = join(HERE, 'results.json');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '1' }, write: { type: 'boolean', default: false } },
});
const times = Number(values.times);
const unknown = positionals.find((name) => !PROGRAMS.some((program) => program.name === name));
if (unknown !== undefined) {
  process.stderr.write(`There is no program "${unknown}": ${PROGRAMS.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const chosen = PROGRAMS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

const packages = preparePackages();
const rig = await openRig({ node: 22 });
const stage = await stagePackage({ rig });
const programs = join(stage.dir, 'Programme ä');
mkdirSync(programs);
symlinkSync(join(packages, 'node_modules'), join(programs, 'node_modules'), 'junction');
let port = 31_000 + (process.pid % 1_000) * 10;

/** Makes the folder of a program. @param {Program} program @returns {string} */
function makeFolder({ name, script = `${name}.cjs`, files = [], texts = {}, inFlight }) {
  const dir = join(programs, name);
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name, private: true }));
  const own = script.includes('/') ? [] : [script, 'lines.cjs'];
  for (const file of [...own, ...files]) {
    const [from = '', to = from] = file.split('=');
    cpSync(join(HERE, 'programs', from), join(dir, to));
  }
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  }
  if (inFlight === 'bigFile') writeFileSync(join(dir, 'public/big.bin'), Buffer.alloc(BIG_FILE_BYTES));
  return dir;
}

/** Installs a program as a user does: by a spec. @param {Program} program @param {string} service @param {string} dir */
async function install({ name, script = `${name}.cjs`, args, host = {}, node = 22 }, service, dir) {
  const nodeExe = join(dirname(dirname(rig.nodeExe)), `node-${NODE_VERSIONS[node]}`, 'node.exe');
  const file = script.includes('/') ? join(packages, script) : join(dir, script);
  const { env = {}, ...settings } = /** @type {{ env?: Record<string, string> }} */ (host);
  const spec = {
    name: service,
    program: {
      file: rig.winPath(rig.kind === 'windows' ? rig.nodeExe : nodeExe),
      script: rig.winPath(file),
      args: args?.({ port, dir: rig.winPath(dir) }) ?? [],
    },
    account: 'localSystem',
    startType: 'demand',
    recovery: null,
    eventSource: false,
    host: {
      cwd: rig.winPath(dir),
      env: { PORT: String(port), ...env },
      logging: { dir: rig.winPath(join(dir, 'logs')) },
      timeouts: { start: '3m' },
      ...settings,
    },
  };
  const path = join(dir, 'spec.json');
  writeFileSync(path, JSON.stringify(spec));
  const cli = rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js'));
  const output = join(dir, 'ensure.txt');
  const fd = openSync(output, 'w');
  const child = rig.spawnWin(rig.nodeExe, [cli, 'ensure', rig.winPath(path)], { stdio: ['ignore', fd, fd], cwd: dir });
  closeSync(fd);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(readFileSync(output, 'utf8'));
}

/** @param {Program} program */
async function row(program) {
  const { name, label, packages: used = [], node = 22 } = program;
  const service = `winsvc program ${name} ${process.pid}`;
  const dir = makeFolder(program);
  port += 1;
  /** @type {import('./measure.mjs').Run[]} */
  const runs = [];
  let failure = '';
  try {
    await install(program, service, dir);
    for (let i = 0; i < times; i++) runs.push(await measure(rig, service, program, { port, dir, packages }));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  } finally {
    await rig.agent.control(service, 1).catch(() => undefined);
    await rig.agent.delete(service).catch(() => undefined);
  }
  const count = (/** @type {(run: import('./measure.mjs').Run) => boolean} */ test) => runs.filter(test).length;
  const range = (/** @type {'startMs' | 'stopMs'} */ key) =>
    runs.length === 0
      ? ''
      : [...new Set([Math.min(...runs.map((run) => run[key])), Math.max(...runs.map((run) => run[key]))])].join('–');
  const result = {
    name,
    label,
    versions: versionsOf(packages, used),
    node: NODE_VERSIONS[node],
    times,
    answers: count((run) => run.answers),
    inFlight: count((run) => run.inFlight),
    // A loop of jobs has none.
    clients: program.inFlight === 'job' ? null : count((run) => run.stopMs < QUICK_STOP_MS),
    exit: count((run) => run.exit === 0),
    noneLeft: count((run) => run.left.length === 0),
    lines: count((run) => run.missing.length === 0),
    startMs: range('startMs'),
    stopMs: range('stopMs'),
  };
  const isGood = [result.answers, result.inFlight, result.clients, result.exit, result.noneLeft, result.lines].every(
    (number) => number === null || number === times,
  );
  if (!isGood) {
    process.stderr.write(
      `${name}: ${failure}\n${JSON.stringify(runs, null, 1)}\n${readLogs(join(dir, 'logs')).slice(-4_000)}\n`,
    );
  }
  return { result, isGood };
}

let failed = 0;
try {
  process.stdout.write(
    'program: RUNNING answers, in flight answered, clients, exit 0, none left, every line; start ms, stop ms\n',
  );
  for (const program of chosen) {
    const { result, isGood } = await row(program);
    if (!isGood) failed += 1;
    const { name, answers, inFlight, clients, exit, noneLeft, lines, startMs, stopMs } = result;
    const counts = [answers, inFlight, clients, exit, noneLeft, lines]
      .map((number) => (number === null ? '–' : `${number}/${times}`))
      .join(' ');
    process.stdout.write(`${isGood ? 'ok  ' : 'FAIL'} ${name}: ${counts}; ${startMs}, ${stopMs}\n`);
    if (values.write) writeRow(result);
  }
} finally {
  await rig.close();
  await stage.remove();
}
process.exitCode = failed === 0 ? 0 : 1;

/** Replaces one row of the results; the others stay. @param {{ name: string }} result */
function writeRow(result) {
  /** @type {{ name: string }[]} */
  const old = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : [];
  const rows = PROGRAMS.map(({ name }) => (name === result.name ? result : old.find((row) => row.name === name)));
  writeFileSync(RESULTS, `${JSON.stringify(rows.filter(Boolean), null, 2)}\n`);
}
