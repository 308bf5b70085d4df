// Ways in which the first start of a service fails. In each, the command that the user typed says why, and doctor names
// the place.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { ROOT } from '../support/imports.ts';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

const NAME = 'winsvc-first-hour';
const PORT = 39_217;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let blocker: Server;

beforeAll(async () => {
  rig = await openRig({ node: 22 });
  stage = await makeStage();
  await mkdir(join(stage.dir, 'app'));
  blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(PORT, '127.0.0.1', resolve));
});
afterEach(() => removeService(rig.agent, NAME));
afterAll(async () => {
  blocker.close();
  await rig.close();
  await stage.remove();
});

const winsvc = (...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args]);

interface Way {
  /** Files by name; `service.mjs` is installed. */
  readonly files: Readonly<Record<string, string>>;
  readonly script?: string;
  /** In the output of `start`. */
  readonly start: RegExp;
  /** In the output of `doctor`. */
  readonly doctor: RegExp;
  /** What happens between the installation and the start, in the folder of the program. */
  readonly then?: (dir: string) => Promise<unknown>;
}

const define = (body: string): string =>
  `import { defineService } from 'winsvc';\nconst service = defineService({ name: '${NAME}', ${body} });\nawait service.run();\n`;

const WAYS: Readonly<Record<string, Way>> = {
  'a package that is not installed': {
    files: { 'service.mjs': `import pg from 'pg';\n${define('start() {}')}` },
    start: /Cannot find package 'pg'/,
    doctor: /service\.mjs:1: .*Cannot find package 'pg'[^]*npm install --prefix/,
  },
  'a file that does not exist': {
    files: { 'service.mjs': define('start() {}').replace('\n', "\nimport './datbase.mjs';\n") },
    start: /Cannot find module .*datbase\.mjs/,
    doctor: /service\.mjs:2: .*datbase\.mjs/,
  },
  'a syntax error in another file': {
    files: { 'service.mjs': `import './db.mjs';\n${define('start() {}')}`, 'db.mjs': '\nconst = 1;\n' },
    start: /db\.mjs:2: SyntaxError: Unexpected token '='/,
    doctor: /db\.mjs:2: SyntaxError: Unexpected token '='/,
  },
  'an export that does not exist': {
    files: { 'service.mjs': `import { connect } from './db.mjs';\n${define('start() {}')}`, 'db.mjs': 'export {};\n' },
    start: /does not provide an export named 'connect'/,
    doctor: /service\.mjs:1: SyntaxError: .*'connect'/,
  },
  'an enum in TypeScript': {
    files: { 'service.ts': `enum Mode { A }\n${define('start() { void Mode; }')}` },
    script: 'service.ts',
    start: /ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|ERR_UNKNOWN_FILE_EXTENSION/,
    doctor: /service\.ts.*(?:UNSUPPORTED_TYPESCRIPT_SYNTAX|UNKNOWN_FILE_EXTENSION)/,
  },
  'a wrong option': {
    files: { 'service.mjs': define("start() {}, timeouts: { strat: '5s' }") },
    start: /timeouts\.strat/,
    doctor: /last-error .*timeouts\.strat.*service\.mjs:2/,
  },
  'an error at the top of a file': {
    files: {
      'service.mjs': `import './settings.mjs';\n${define('start() {}')}`,
      'settings.mjs': "\nthrow new Error('DB_URL is missing');\n",
    },
    start: /DB_URL is missing.*settings\.mjs:2/,
    doctor: /last-error .*DB_URL is missing.*settings\.mjs:2/,
  },
  'no run()': {
    files: { 'service.mjs': define('start() {}').replace('await service.run();', 'void service;') },
    start: /neither run\(\) nor runCli\(\)/,
    doctor: /neither run\(\) nor runCli\(\)/,
  },
  'an error in start': {
    files: { 'service.mjs': define("\n  start() { throw new Error('no database'); }") },
    start: /no database.*service\.mjs:3/,
    doctor: /last-error .*no database.*service\.mjs:3/,
  },
  'a port that is taken': {
    files: {
      'service.mjs': `import { createServer } from 'node:http';\nimport { once } from 'node:events';\n${define(
        `async start() { const server = createServer(); server.listen(${PORT}, '127.0.0.1'); await once(server, 'listening'); }`,
      )}`,
    },
    start: new RegExp(`EADDRINUSE.*${PORT}`),
    doctor: new RegExp(`last-error .*EADDRINUSE.*${PORT}`),
  },
  'a start that takes too long': {
    files: { 'service.mjs': define("timeouts: { start: '2s' }, start: () => new Promise(() => {})") },
    start: /start.* 2 s/,
    doctor: /last-error .*start.* 2 s/,
  },
  'process.exit() in start': {
    files: { 'service.mjs': define('start() { process.exit(0); }') },
    start: /process\.exit\(0?\)/,
    doctor: /last-error .*process\.exit\(0?\)/,
  },
};

const IN_FILES: Readonly<Record<string, Way>> = {
  'a mistake in package.json': {
    files: { 'service.js': define('start() {}'), 'package.json': '{\n  "type": "module",\n}\n' },
    script: 'service.js',
    start: /package\.json/,
    doctor: /package\.json:3: SyntaxError: .*JSON/,
  },
  'an ES module in a project of CommonJS': {
    files: { 'service.js': define('start() {}'), 'package.json': '{ "type": "commonjs" }' },
    script: 'service.js',
    start: /Cannot use import statement outside a module/,
    doctor: /service\.js:1: SyntaxError: Cannot use import statement/,
  },
  'require() in an ES module': {
    files: { 'service.mjs': `\nconst os = require('node:os');\n${define('start() { void os; }')}` },
    start: /require.*service\.mjs:2/,
    doctor: /last-error .*require.*service\.mjs:2/,
  },
  'an optional package that is missing': {
    files: { 'service.mjs': `import 'winsvc/eventlog/winston';\nimport 'winston';\n${define('start() {}')}` },
    start: /Cannot find package 'winston/,
    doctor: /load .*'winston/,
  },
  'a native module of another system': {
    files: {
      'service.mjs': `import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('./addon.node');\n${define('start() {}')}`,
      'addon.node': '\u007fELF',
    },
    start: /addon\.node/,
    doctor: /last-error .*addon\.node.*service\.mjs:2/,
  },
  'an await at the top of a file that never ends': {
    files: { 'service.mjs': `await new Promise(() => {});\n${define('start() {}')}` },
    start: /service\.mjs ended without running a service: its run\(\) was not reached: a top-level await never ended/,
    doctor: /last-error .*service\.mjs.*a top-level await never ended/,
  },
  'a script that was deleted': {
    files: { 'service.mjs': define('start() {}') },
    then: (dir) => rm(join(dir, 'service.mjs')),
    start: /service\.mjs/,
    doctor: /FAIL +script .*service\.mjs does not exist/,
  },
  'a byte order mark, which is no mistake, before a port that does not exist': {
    files: {
      'service.mjs': `\uFEFFimport { createServer } from 'node:http';\n${define("start() { createServer().listen(70_000, '127.0.0.1'); }")}`,
    },
    start: /ERR_SOCKET_BAD_PORT|70000/,
    doctor: /last-error .*(?:ERR_SOCKET_BAD_PORT|70000).*service\.mjs:3/,
  },
};

describe('the first start', () => {
  it.each(Object.entries({ ...WAYS, ...IN_FILES }))(
    'fails of %s, and says so',
    async (_name, { files, script = 'service.mjs', then, start, doctor }) => {
      const dir = join(stage.dir, 'app');
      await rm(dir, { recursive: true });
      await mkdir(dir);
      for (const [file, text] of Object.entries(files)) await writeFile(join(dir, file), text);
      const installed = await winsvc('install', rig.winPath(join(dir, script)), '--name', NAME);
      expect(installed).toMatchObject({ code: 0 });
      await then?.(dir);
      const started = await winsvc('start', NAME);
      expect(started.stderr).toMatch(start);
      expect([1, 3]).toContain(started.code);
      const found = await winsvc('doctor', NAME);
      expect(found.code).toBe(1);
      expect(found.stdout).toMatch(doctor);
    },
  );
});

describe('winsvc init', () => {
  it('leads from an empty folder to a running service in four commands, as they are printed', async () => {
    const name = 'winsvc-first-hour-orders';
    await cp(join(ROOT, 'examples'), join(stage.nodeModules, 'winsvc/examples'), { recursive: true });
    const dir = join(stage.dir, name);
    // 1: npx winsvc init <folder>
    const made = await winsvc('init', name);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const next = [...made.stdout.matchAll(/^ {2}(\S.*)$/gm)].map(([, line = '']) => line);
    // 2 and 3; the packages are there already, in the folder above.
    expect(next.slice(0, -1)).toEqual([`cd ${name}`, 'npm install']);
    // 4
    const [, ...args] = /^npx winsvc (.*)$/.exec(next.at(-1) ?? '')?.[1]?.split(' ') ?? [];
    expect(args).toEqual(['service.js', '--now']);
    const bin = rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js'));
    const inFolder = (...words: string[]): Promise<Ended> => runCommand(rig, stage, rig.nodeExe, [bin, ...words], dir);
    try {
      const installed = await inFolder('install', ...args);
      expect(installed).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`${name} is running \\(PID \\d+\\), after .*logs in `)) as string,
      });
      expect((await inFolder('status', name, '--expect', 'running')).code).toBe(0);
      expect((await inFolder('logs', name)).stdout).toMatch(/INFO +ready/);
      expect((await inFolder('uninstall', name)).code).toBe(0);
    } finally {
      await removeService(rig.agent, name);
    }
  });
});
