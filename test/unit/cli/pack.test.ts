import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from './harness.ts';

const dir = mkdtempSync(join(tmpdir(), 'winsvc pack '));
const script = join(dir, 'main.js');
const node = join(dir, 'node.exe');
writeFileSync(script, '');
writeFileSync(node, 'no program');
afterAll(() => {
  rmSync(dir, { recursive: true });
});

it.each([
  [['--sea', '--wix'], '--wix is for the layout folder'],
  [['--layout', 'sea', '--wix'], '--wix is for the layout folder'],
  [['--sea-node', node], '--sea-node is for --sea'],
  [['--layout', 'exe'], '--layout must be one of'],
  [['--node', join(dir, 'none.exe')], 'There is no file'],
])('pack with %j is wrong usage, and writes nothing', async (options, message) => {
  const out = join(dir, 'packed');
  const ended = await runCli(['pack', script, '--node', node, '--out', out, ...options]);
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) as string });
  expect(existsSync(out)).toBe(false);
});

it.each([
  ['gone.js', /There is no file .*gone\.js/],
  ['notes.txt', /is not a script/],
])('pack of %s is wrong usage', async (name, message) => {
  writeFileSync(join(dir, 'notes.txt'), '');
  const ended = await runCli(['pack', join(dir, name), '--node', node]);
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
});

it.each(['none', 'other'] as const)('pack with a node.exe of the architecture "%s" is wrong usage', async (value) => {
  const probe = { architecture: () => Promise.resolve({ value }) };
  const ended = await runCli(['pack', script, '--node', node], { probe });
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('is not a node.exe for Windows') as string });
});

it('pack --sea with a file that is no node.exe says so', async () => {
  const ended = await runCli([
    'pack',
    script,
    '--name',
    'orders',
    '--node',
    node,
    '--sea',
    '--out',
    join(dir, 'packed'),
  ]);
  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toMatch(/node\.exe has no version: it is no node\.exe/);
  expect(existsSync(join(dir, 'packed'))).toBe(false);
});
