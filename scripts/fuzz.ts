/**
 * `npm run fuzz`: every property with 100,000 runs each; `npm run fuzz -- 5000 redaction` with 5,000, and only the files whose name
 * has this word. A property reads the number from test/support/num-runs.ts; the ordinary tests run 1,000.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [runs = '100000', ...words] = process.argv.slice(2);
if (!/^\d+$/.test(runs)) {
  process.stderr.write('Usage: npm run fuzz [-- RUNS [WORD …]]\n');
  process.exit(2);
}
const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.scm.test.ts'))
  .map((name) => join('test', name))
  .filter((path) => readFileSync(path, 'utf8').includes('support/num-runs.ts'))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
process.stdout.write(
  `${files.length} files, ${runs} runs of each property\n${files.map((path) => `  ${path}\n`).join('')}`,
);
const args = ['vitest', 'run', '--project', 'unit', '--testTimeout', '0', ...files];
const { status } = spawnSync('npx', args, {
  stdio: 'inherit',
  env: { ...process.env, FC_NUM_RUNS: runs },
  shell: process.platform === 'win32',
});
process.exit(files.length === 0 ? 1 : (status ?? 1));
