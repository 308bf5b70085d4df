#!/usr/bin/env node
// @ts-check
/** Runs npm scripts one after another, each under a heading; ends at the first that fails. */
import { spawnSync } from 'node:child_process';

const names = process.argv.slice(2);
// Under npm this is npm's own file, so that no shell and no npm.cmd is needed.
const npm = process.env['npm_execpath'];
/** @type {{ name: string, seconds: number }[]} */
const done = [];

/** @param {string} name @returns {number} the exit code */
function runSection(name) {
  process.stdout.write(`\n━━━ ${name} ━━━\n`);
  const began = performance.now();
  const [file, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(file, [...args, 'run', '--silent', name], { stdio: 'inherit', shell: !npm });
  if (error) process.stderr.write(`${error.message}\n`);
  done.push({ name, seconds: (performance.now() - began) / 1_000 });
  return status ?? 1;
}

function summary() {
  const width = Math.max(...done.map(({ name }) => name.length));
  return done.map(({ name, seconds }) => `  ${name.padEnd(width)} ${seconds.toFixed(1).padStart(6)} s`).join('\n');
}

for (const name of names) {
  const code = runSection(name);
  if (code !== 0) {
    process.stderr.write(`\n✘ npm run ${name} failed with code ${code}\n${summary()}\n`);
    process.exit(code);
  }
}
process.stdout.write(`\n✔ all passed\n${summary()}\n`);
