#!/usr/bin/env node
// @ts-check
/**
 * `npm run bench:history`: runs the whole bench and adds its result to bench/history.jsonl, one line of JSON for each run,
 * with the machine and the versions. Prints what changed by a tenth or more against the median of the last ten runs on
 * the same kind of machine. For a nightly job; options are those of the bench.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median } from './lib/stats.mjs';

const FILE = fileURLToPath(new URL('history.jsonl', import.meta.url));
const COMPARED_RUNS = 10;
const CHANGE = 0.1;

const run = spawnSync(
  process.execPath,
  [fileURLToPath(new URL('run.mjs', import.meta.url)), '--json', ...process.argv.slice(2)],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 },
);
if (!run.stdout.startsWith('{')) process.exit(run.status || 1);

/** @type {{ about: { node: string, scm: string } & Record<string, unknown>, rows: import('./lib/row.mjs').Row[] }} */
const { about, rows } = JSON.parse(run.stdout);
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cpus: cpus().length, platform: platform(), arch: arch() };
const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const figures = Object.fromEntries(rows.map(({ label, winsvc }) => [label, winsvc]));
const entry = { ...about, commit, machine, figures };

/** @type {(typeof entry)[]} */
const earlier = existsSync(FILE)
  ? readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  : [];
const alike = earlier
  .filter(({ machine: { cpu }, node, scm }) => cpu === machine.cpu && node === about.node && scm === about.scm)
  .slice(-COMPARED_RUNS);
appendFileSync(FILE, `${JSON.stringify(entry)}\n`);

process.stdout.write(
  `${rows.length} figures added to bench/history.jsonl; compared with ${alike.length} earlier runs.\n`,
);
for (const { label, unit, winsvc } of rows) {
  const before = median(alike.flatMap(({ figures: { [label]: figure } }) => (figure ? [figure.median] : [])));
  const change = winsvc.median / before - 1;
  if (Number.isFinite(change) && Math.abs(change) >= CHANGE)
    process.stdout.write(
      `${label}: ${winsvc.median.toPrecision(3)} ${unit}, ${change > 0 ? '+' : ''}${(change * 100).toFixed(0)} % against ${before.toPrecision(3)}\n`,
    );
}
process.exit(run.status ?? 1);
