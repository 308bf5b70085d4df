// The mock SCM of the packed package under each test runner, with the configuration that docs/testing-your-service.md shows.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';
import { type Consumer, installTarball } from './install-tarball.ts';

const run = promisify(execFile);
const modules = join(ROOT, 'node_modules');

/** Packages of the project that a consumer would install. */
const LINKED = ['jest', 'ts-jest', '@swc/jest', '@swc/core', 'mocha', 'vitest', 'typescript', '@types/node'];

const [, JEST_CONFIG = ''] =
  /```cjs\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs/testing-your-service.md'), 'utf8')) ?? [];

const ESM = `import { defineService } from 'winsvc';
import { createMockScm } from 'winsvc/testing';
`;
const COMMONJS = `const { defineService } = require('winsvc');
const { createMockScm } = require('winsvc/testing');
`;
/** A test that fails when the service, or the mock, doesn't work. */
const BODY = `
(globalThis.it ?? test)('a service starts, and stops cleanly', async () => {
  const scm = createMockScm();
  const run = await scm.start(defineService({ name: 'Orders', start() {} }));
  const stopped = await run.stop();
  if (JSON.stringify(stopped.exit) !== '{"win32":0}') throw new Error(JSON.stringify(stopped.exit));
  await scm.close();
});
`;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await installTarball();
  for (const name of LINKED) {
    const link = join(consumer.dir, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(modules, name), link, 'junction');
  }
});
afterAll(() => consumer.remove());

interface SetUp {
  readonly files: Readonly<Record<string, string>>;
  /** Program of the runner, in node_modules, and its arguments. */
  readonly command: readonly [file: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** What the runner prints when the one test has passed. */
  readonly passed: RegExp;
}

const JEST_PASSED = /Tests: +1 passed, 1 total/;
const package_ = (type: string): string => JSON.stringify({ private: true, type });

const SET_UPS: Readonly<Record<string, SetUp>> = {
  'node:test': {
    files: { 'orders.test.mjs': `import { test } from 'node:test';\n${ESM}${BODY}` },
    command: ['', '--test', '--test-reporter=tap'],
    passed: /^# pass 1$/m,
  },
  vitest: {
    files: { 'orders.test.js': `import { test } from 'vitest';\n${ESM}${BODY}` },
    command: ['vitest/vitest.mjs', 'run', '--root', '.'],
    passed: /1 passed/,
  },
  mocha: {
    files: { 'orders.test.mjs': `${ESM}${BODY}` },
    command: ['mocha/bin/mocha.js', 'orders.test.mjs'],
    passed: /1 passing/,
  },
  'Jest, ES modules': {
    files: { 'package.json': package_('module'), 'orders.test.js': `${ESM}${BODY}` },
    command: ['jest/bin/jest.js', '--config', '{}'],
    env: { NODE_OPTIONS: '--experimental-vm-modules' },
    passed: JEST_PASSED,
  },
  'Jest, CommonJS': {
    files: {
      'package.json': package_('commonjs'),
      'jest.config.cjs': JEST_CONFIG,
      'orders.test.js': `${COMMONJS}${BODY}`,
    },
    command: ['jest/bin/jest.js'],
    passed: JEST_PASSED,
  },
  'Jest, CommonJS, @swc/jest for TypeScript': {
    files: {
      'package.json': package_('commonjs'),
      'jest.config.cjs': JEST_CONFIG.replace("'ts-jest'", "'@swc/jest'"),
      'orders.test.ts': `${ESM}declare const test: (name: string, work: () => Promise<void>) => void;\n${BODY.replace('globalThis.it ?? test', 'test')}`,
    },
    command: ['jest/bin/jest.js'],
    passed: JEST_PASSED,
  },
  'Jest, CommonJS, ts-jest': {
    files: {
      'package.json': package_('commonjs'),
      'jest.config.cjs': JEST_CONFIG,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          module: 'CommonJS',
          moduleResolution: 'Node10',
          ignoreDeprecations: '6.0',
          target: 'ES2023',
          lib: ['ES2023', 'ESNext.Disposable'],
          strict: true,
          skipLibCheck: true,
          types: ['node'],
        },
      }),
      'orders.test.ts': `${ESM}declare const test: (name: string, work: () => Promise<void>) => void;\n${BODY.replace('globalThis.it ?? test', 'test')}`,
    },
    command: ['jest/bin/jest.js'],
    passed: JEST_PASSED,
  },
};

describe('the mock SCM runs under', () => {
  it('the configuration of the docs', () => {
    expect(JEST_CONFIG).toContain('transformIgnorePatterns');
  });

  it.each(Object.entries(SET_UPS))('%s', async (name, { files, command: [file, ...args], env, passed }) => {
    const folder = name.replace(/\W+/g, '-');
    mkdirSync(join(consumer.dir, folder));
    for (const [path, text] of Object.entries(files)) await consumer.write(`${folder}/${path}`, text);
    const program = file === '' ? [] : [join(consumer.dir, 'node_modules', file)];
    const { stdout, stderr } = await run(process.execPath, [...program, ...args], {
      cwd: join(consumer.dir, folder),
      env: { ...process.env, NO_COLOR: '1', CI: '1', VITEST: undefined, NODE_OPTIONS: '', ...env },
    });
    expect(`${stdout}${stderr}`).toMatch(passed);
  });
});
