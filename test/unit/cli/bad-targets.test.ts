import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { runCli } from './harness.ts';

let dir: string;
let scm: MockScm;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winsvc bad ä '));
  scm = createMockScm();
  // A winsvc of its own: what is missing isn't that.
  write({ 'node_modules/winsvc/dist/hosted.cjs': '', 'node_modules/winsvc/package.json': '{ "version": "1.0.0" }' });
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

/** The command fails with one message, and no service is installed. */
async function refuses(argv: readonly string[], message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await runCli(argv, { scm, env: { ProgramFiles: join(dir, 'Program Files') } });
  expect({ code, stderr }).not.toMatchObject({ code: 0 });
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr.split('\n').filter((line) => line.startsWith('winsvc: '))).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(await scm.manager().list({ state: 'all' })).toEqual([]);
}

describe('a target that can not be installed is one clear error:', () => {
  it.each([
    ['server.js', /There is no file .*server\.js/],
    ['sub/ä ö.mjs', /There is no file .*ä ö\.mjs/],
    ['gone.cjs', /There is no file .*gone\.cjs/],
    ['gone.ts', /There is no file .*gone\.ts/],
    ['gone.exe', /There is no file .*gone\.exe/],
    ['gone', /There is no file .*gone/],
  ])('no such file, %s', async (name, message) => {
    await refuses(['install', join(dir, name)], message);
  });

  it.each(['notes.txt', 'page.html', 'data.json5', 'run.cmd', 'run.bat', 'tool.py', 'no-extension'])(
    'a file that is no program, %s',
    async (name) => {
      write({ [name]: '' });
      await refuses(
        ['install', join(dir, name)],
        /is neither a script .* nor a program|is not a settings file|ecosystem/,
      );
    },
  );

  const [major = 0] = process.versions.node.split('.').map(Number);
  it.skipIf(major > 20).each(['app.ts', 'app.mts', 'app.cts', 'ä b.TS'])(
    'TypeScript on a Node that can not run it, %s',
    async (name) => {
      write({ [name]: 'const a: number = 1;' });
      await refuses(['install', join(dir, name), '--name', 'app'], /can't run .*TypeScript needs Node 22\.18 or later/);
    },
  );

  it.each([
    ['{}', /no bin, main or scripts\.start/],
    ['{ "scripts": { "start": "npm run serve" } }', /has a program "npm"|start script "npm run serve"/],
    ['{ "scripts": { "start": "PORT=1 node a.js" } }', /start script "PORT=1 node a\.js"/],
    ['{ "scripts": { "start": "node a.js && node b.js" } }', /which needs a shell/],
    ['{ "scripts": { "start": "node --inspect" } }', /which names no file/],
    ['{ "scripts": { "start": "next start" } }', /has a program "next"/],
    ['{ "main": "dist/gone.js" }', /gone\.js, which doesn't exist\. Build the program first/],
    ['{ "bin": { "a": "a.js", "b": "b.js" } }', /several programs in bin: a, b/],
    ['{ "main": ', /package\.json can't be read/],
    ['null', /package\.json can't be read: it holds no object/],
  ])('a package without a start, %s', async (text, message) => {
    write({ 'package/package.json': text });
    await refuses(['install', join(dir, 'package')], message);
  });

  it('a folder without a package.json', async () => {
    mkdirSync(join(dir, 'empty'));
    await refuses(['install', join(dir, 'empty')], /a folder without a package\.json/);
  });

  it.each([
    ['not JSON', '{ "apps": [', /ecosystem\.config\.json/],
    ['no apps', '{}', /./],
    ['an empty list', '{ "apps": [] }', /./],
    ['an app that is no object', '{ "apps": ["server.js"] }', /./],
    ['an app without a script', '{ "apps": [{ "name": "api" }] }', /node without a script|program missing/],
    ['a script that is not there', '{ "apps": [{ "name": "api", "script": "gone.js" }] }', /gone\.js.*no such file/],
    [
      'a mistake in the second app',
      '{ "apps": [{ "name": "a", "script": "a.js" }, { "name": "b", "script": "b.js" }] }',
      /b\.js/,
    ],
    [
      'another interpreter',
      '{ "apps": [{ "name": "a", "script": "a.js", "interpreter": "python3" }] }',
      /python3|Node\.js/,
    ],
    ['an unknown setting', '{ "apps": [{ "name": "a", "script": "a.js", "wait_redy": true }] }', /a: wait_redy/],
    [
      'two apps of one name',
      '{ "apps": [{ "name": "a", "script": "a.js" }, { "name": "A", "script": "a.js" }] }',
      /"A"|"a"/,
    ],
  ])('an ecosystem file with %s', async (_, text, message) => {
    write({ 'ecosystem.config.json': text, 'a.js': '' });
    await refuses(['install', join(dir, 'ecosystem.config.json')], message);
  });
});
