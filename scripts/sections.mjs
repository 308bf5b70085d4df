#!/usr/bin/env node
// @ts-check
/**
 * Runs npm scripts one after another, each under a heading; ends at the first that fails. Those joined by + run at the
 * same time, and their output follows when all have ended.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const names = process.argv.slice(2);
// Under npm this is npm's own file, so that no shell and no npm.cmd is needed.
const npm = process.env['npm_execpath'];
/** @type {{ name: string, seconds: number }[]} */
const done = [];

/** @param {string} name @returns {[string, string[]]} */
const command = (name) =>
  npm ? [process.execPath, [npm, 'run', '--silent', name]] : ['npm', ['run', '--silent', name]];

/** @param {string} name */
const heading = (name) => process.stdout.write(`\n━━━ ${name} ━━━\n`);

/** @param {string} name @param {number} began */
const note = (name, began) => done.push({ name, seconds: (performance.now() - began) / 1_000 });

/** @param {string} name @returns {number} the exit code */
function runSection(name) {
  heading(name);
  const began = performance.now();
  const { status, error } = spawnSync(...command(name), { stdio: 'inherit', shell: !npm });
  if (error) process.stderr.write(`${error.message}\n`);
  note(name, began);
  return status ?? 1;
}

/** @param {string} name @returns {Promise<{ name: string, code: number, output: string }>} */
async function runBeside(name) {
  const began = performance.now();
  const child = spawn(...command(name), { stdio: ['ignore', 'pipe', 'pipe'], shell: !npm });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
  const [code] = await once(child, 'close');
  note(name, began);
  return { name, code: code ?? 1, output };
}

/** @param {string[]} together @returns {Promise<{ name: string, code: number }>} the first that failed, or the last */
async function runAll(together) {
  const [first = ''] = together;
  if (together.length === 1) return { name: first, code: runSection(first) };
  const results = await Promise.all(together.map(runBeside));
  for (const { name, output } of results) {
    heading(name);
    process.stdout.write(output);
  }
  return results.find(({ code }) => code !== 0) ?? { name: first, code: 0 };
}

function summary() {
  const width = Math.max(...done.map(({ name }) => name.length));
  return done.map(({ name, seconds }) => `  ${name.padEnd(width)} ${seconds.toFixed(1).padStart(6)} s`).join('\n');
}

for (const together of names) {
  const { name, code } = await runAll(together.split('+'));
  if (code !== 0) {
    process.stderr.write(`\n✘ npm run ${name} failed with code ${code}\n${summary()}\n`);
    process.exit(code);
  }
}
process.stdout.write(`\n✔ all passed\n${summary()}\n`);
