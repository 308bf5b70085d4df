import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLoad, parseLoadError } from '../../../src/cli/doctor/load-check.ts';
import { describeRecord } from '../../../src/cli/doctor/last-error.ts';
import { joinScript, splitNodeArgs } from '../../../src/util/node-arguments.ts';
import { stateOfError } from '../../../src/cli/doctor/gather-port.ts';
import { readSources } from '../../../src/cli/doctor/read-sources.ts';
import { ROOT } from '../../support/imports.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'winsvc load ä ')));
const checker = join(root, 'load-check.cjs');
beforeAll(() =>
  build({
    entryPoints: [join(ROOT, 'src/win32/probe/load-check-main.ts')],
    outfile: checker,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  }),
);
afterAll(() => {
  rmSync(root, { recursive: true });
});

let count = 0;
/** Writes the files of a program, and gives the path of the first. */
function program(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String(++count));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0] ?? '');
}
const load = async (script: string) =>
  (await checkLoad(checker, { node: process.execPath, nodeArgs: [], script, env: process.env })).load.value;

const ESM = { 'package.json': '{ "type": "module" }' };

describe('checkLoad', () => {
  it.each<[string, Record<string, string>, object]>([
    ['a package that is missing', { 'a.mjs': "\nimport x from 'expres';\n" }, { line: 2, missing: 'expres' }],
    ['a scoped package that is missing', { 'a.mjs': "import x from '@a/b/c';\n" }, { line: 1, missing: '@a/b' }],
    ['a file that is missing', { 'a.mjs': "import './gone.js';\n" }, { line: 1 }],
    [
      'a syntax error',
      { 'a.mjs': 'const a = 1;\nconst = 2;\n' },
      { line: 2, message: "SyntaxError: Unexpected token '='" },
    ],
    ['an export that is missing', { 'a.mjs': "import { b } from './b.mjs';", 'b.mjs': '' }, { line: 1 }],
    ['CommonJS: a package that is missing', { 'a.cjs': "\n\nrequire('expres');" }, { line: 3, missing: 'expres' }],
    ['CommonJS: a syntax error', { 'a.cjs': '\nlet a = ;' }, { line: 2 }],
    ['CommonJS: a file that is missing', { 'a.cjs': "require('./gone');" }, { line: 1 }],
    [
      'an ES module in a project of CommonJS',
      { 'a.js': "\nimport 'node:fs';", 'package.json': '{ "type": "commonjs" }' },
      { line: 2, message: 'SyntaxError: Cannot use import statement outside a module' },
    ],
    ['an ES module by detection', { 'a.js': "import 'expres';", 'package.json': '{}' }, { missing: 'expres' }],
  ])('finds %s', async (_what, files, expected) => {
    const script = program(files);
    expect(await load(script)).toMatchObject({ loads: false, file: script, ...expected });
  });

  it.each([
    ['of the program', { 'a.js': "import 'node:fs';", 'package.json': '{\n  "type": "module",\n}' }, 'package.json', 3],
    ['that ends too early', { 'a.js': '', 'package.json': '{\n  "type": "module"' }, 'package.json', 2],
    [
      'of a package',
      { 'a.mjs': "import 'pg';", 'node_modules/pg/package.json': '{ "main": x }', 'node_modules/pg/index.js': '' },
      'node_modules/pg/package.json',
      1,
    ],
  ])('names file and line of a mistake in the package.json %s', async (_whose, files, name, line) => {
    const script = program(files);
    expect(await load(script)).toMatchObject({
      loads: false,
      file: join(dirname(script), name),
      line,
      message: expect.stringMatching(/^SyntaxError: .*JSON/) as string,
    });
  });

  it('a byte order mark is no mistake', async () => {
    const script = program({ 'a.js': "\uFEFFimport 'node:fs';", 'package.json': '\uFEFF{ "type": "module" }' });
    expect(await load(script)).toEqual({ loads: true });
  });

  it('names the file of an error that is deeper', async () => {
    const script = program({ 'a.js': "import './lib/b.js';", 'lib/b.js': '\n\nexport const = 1;', ...ESM });
    expect(await load(script)).toMatchObject({ file: join(dirname(script), 'lib', 'b.js'), line: 3 });
    const cjs = program({ 'a.cjs': "require('./b.cjs');", 'b.cjs': '\n)' });
    expect(await load(cjs)).toMatchObject({ file: join(dirname(cjs), 'b.cjs'), line: 2 });
  });

  it.each<[string, Record<string, string>]>([
    ['an ES module', { 'a.mjs': "import './b.mjs'; throw new Error('ran');", 'b.mjs': 'process.exit(3); await 1;' }],
    ['CommonJS', { 'a.cjs': "require('./b.cjs'); throw new Error('ran');", 'b.cjs': 'process.exit(3)' }],
    ['a package that may be missing', { 'a.cjs': "try { require('nope') } catch {}\n// require('no')" }],
    ['a shebang', { 'a.cjs': '#!/usr/bin/env node\nlet a = 1' }],
  ])('runs nothing of %s', async (_what, files) => {
    expect(await load(program(files))).toEqual({ loads: true });
  });

  it('loads koffi where the script finds winsvc, and passes its error on', async () => {
    const manifest = '{ "name": "winsvc", "exports": { "./package.json": "./package.json" } }';
    const script = program({ 'a.mjs': '', 'node_modules/winsvc/package.json': manifest });
    const { koffi } = await checkLoad(checker, { node: process.execPath, nodeArgs: [], script, env: process.env });
    expect(koffi).toMatchObject({ state: 'failed', code: 'MODULE_NOT_FOUND' });
  });

  it('says why nothing can be said', async () => {
    const request = { nodeArgs: [], script: program({ 'a.mjs': '' }), env: process.env };
    const { load: missing } = await checkLoad(checker, { ...request, node: join(root, 'no-node') });
    expect(missing).toMatchObject({ value: undefined, why: expect.stringContaining('ENOENT') as string });
  });
});

describe('parseLoadError', () => {
  it('reads what Node prints on Windows', () => {
    const text =
      "file:///C:/My%20App/db.js:3\r\nconst = 1;\r\n      ^\r\n\r\nSyntaxError: Unexpected token '='\r\n    at x (node:internal)";
    expect(parseLoadError(text)).toMatchObject({ message: "SyntaxError: Unexpected token '='", line: 3 });
  });
});

describe('splitting the arguments of Node', () => {
  it('takes the values of options along', () => {
    expect(splitNodeArgs(['--import', 'tsx', '--enable-source-maps', 'a.ts', 'run'])).toEqual({
      nodeArgs: ['--import', 'tsx', '--enable-source-maps'],
      script: 'a.ts',
      rest: ['run'],
    });
  });

  it('joins a path that was split at its spaces', () => {
    const split = splitNodeArgs(['C:\\My', 'Fine', 'App\\a.js', 'run']);
    expect(joinScript(split, (path) => path === 'C:\\My Fine App\\a.js')).toMatchObject({
      script: 'C:\\My Fine App\\a.js',
      rest: ['run'],
      joined: true,
    });
    expect(joinScript(split, () => false)).toMatchObject({ script: 'C:\\My', joined: false });
  });
});

describe('readSources', () => {
  it('finds the name of a definition in the files that a script imports', () => {
    const script = program({
      'main.ts':
        "import { service } from './service.js';\nscm.service('Mailer');\nscm.service(`${x}`);\nawait service.run();",
      'service.ts':
        "import { defineService } from 'winsvc';\nimport 'winsvc/watchdog';\n// defineService({ name: 'Old' })\nexport const service = defineService<'a'>({\n  install: { startType: 'auto' },\n  name: 'Orders',\n});",
    });
    expect(readSources(script)).toEqual({
      names: ['Orders'],
      usesWinsvc: true,
      entries: ['winsvc', 'winsvc/watchdog'],
      services: ['Mailer'],
      runs: true,
    });
  });

  it('says nothing about a name that is computed', () => {
    expect(readSources(program({ 'a.js': 'defineService({ name: `${x}` })' }))).toMatchObject({
      names: [],
      runs: false,
    });
  });
});

describe('a port', () => {
  it.each([
    ['EADDRINUSE', 3000, 'win32', 'taken'],
    ['EACCES', 50_000, 'win32', 'reserved'],
    ['EACCES', 80, 'win32', 'reserved'],
    ['EACCES', 80, 'linux', 'free'],
    ['EADDRNOTAVAIL', 3000, 'win32', 'free'],
  ] as const)('%s on %d, %s: %s', (code, port, platform, state) => {
    expect(stateOfError(code, port, platform)).toBe(state);
  });
});

describe('describeRecord', () => {
  it('cites the first cause and the first place in the program', () => {
    const stack =
      'Error: x\n    at node:internal:1:1\n    at a (/app/node_modules/pg/x.js:1:1)\n    at start (file:///app/service.js:12:9)';
    const cause = { message: 'connect ECONNREFUSED', stack };
    expect(describeRecord('start failed', { message: 'no database', stack: '', cause })).toEqual({
      text: 'start failed: connect ECONNREFUSED',
      where: '/app/service.js:12:9',
    });
    expect(describeRecord('told so', undefined)).toEqual({ text: 'told so', where: undefined });
  });
});
