// The recipes about putting a program on a machine, on a real SCM: their commands, word for word where they can be.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { layout } from '../../rig/lib/layout.mjs';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { deploymentWorkflow, type Workflow } from '../recipes/deployment-workflow.ts';
import { commandsOf, readPage } from '../support/docs-commands.ts';
import { ROOT } from '../support/imports.ts';
import { certificate, key } from '../unit/health/fixtures/certificate.ts';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

const run = promisify(execFile);
/** The service of the recipes. */
const NAME = 'Orders';
const NAMES = [NAME, 'OrdersPinned'];
const BIN = 'node_modules\\winsvc\\dist\\cli\\bin.js';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let drive: string;

beforeAll(async () => {
  rig = await openRig({ node: 22 });
  stage = await makeStage();
  await cp(join(ROOT, 'node_modules/yaml'), join(stage.nodeModules, 'yaml'), { recursive: true });
  drive = process.platform === 'win32' ? 'C:\\' : join(layout().prefix, 'drive_c');
});
afterEach(async () => {
  for (const name of NAMES) {
    await removeService(rig.agent, name);
    // The logs of the service before.
    await rm(join(drive, 'ProgramData', name), { recursive: true, force: true });
  }
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

/** Makes a folder with the package in its node_modules, and files. */
async function makeProject(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const dir = join(stage.dir, name);
  await mkdir(join(dir, 'dist'), { recursive: true });
  await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'orders', type: 'module' }));
  for (const [file, text] of Object.entries(files)) await writeFile(join(dir, file), text);
  return dir;
}

const winsvcIn = (cwd: string, bin: string, ...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [bin, ...args], cwd);
/** Runs the installed package of the stage. */
const winsvc = (cwd: string, ...args: string[]): Promise<Ended> =>
  winsvcIn(cwd, rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args);
const expectDone = ({ code, stdout, stderr }: Ended): void => {
  expect(code, stdout + stderr).toBe(0);
};

const define = (body: string, name = NAME): string =>
  `import { defineService } from 'winsvc';\nawait defineService({ name: '${name}', ${body} }).run();\n`;
const logOf = (name = NAME): Promise<string> =>
  readFile(join(drive, 'ProgramData', name, 'logs', `${name}.log`), 'utf8');

describe('offline.md', () => {
  it('a folder that was unpacked installs and starts without npm', async () => {
    const source = await makeProject('offline source', {
      'dist/service.js': define("start(ctx) { ctx.log.info('ready'); }"),
    });
    await run('tar', ['-cf', 'orders.tgz', '-C', stage.dir, 'node_modules', '-C', source, 'package.json', 'dist'], {
      cwd: source,
    });
    const target = join(stage.dir, 'offline target ü');
    await mkdir(target);
    await run('tar', ['-xf', join(source, 'orders.tgz')], { cwd: target });
    expect(readPage('docs/recipes/offline.md')).toContain(`node ${BIN} install dist\\service.js`);
    const installed = await winsvcIn(target, BIN, 'install', 'dist\\service.js', '--name', NAME, '--now');
    expectDone(installed);
    expect(installed.stdout).toMatch(/Orders is running \(PID \d+\)/);
    // Its files are those of this folder.
    expect((await rig.agent.config(NAME)).imagePath).toContain('offline target ü');
  });
});

describe('ci.md', () => {
  it('the steps of the deployment, in their order', async () => {
    const dir = await makeProject('ci', {
      'orders.yaml': `name: ${NAME}\nprogram: { script: dist/service.js }\n`,
      'dist/service.js': define('start() {}'),
    });
    const { jobs } = parse(deploymentWorkflow()) as Workflow;
    const steps = (jobs['deploy']?.steps ?? []).flatMap(({ run: command = '' }) => (command === '' ? [] : [command]));
    expect(steps.length).toBeGreaterThan(3);
    for (const step of steps) {
      const [npx, name, ...args] = step.split(' ');
      expect([npx, name]).toEqual(['npx', 'winsvc']);
      expectDone(await winsvc(dir, ...args));
    }
    expect(await rig.agent.status(NAME)).toMatchObject({ state: 4 });
    // A second deployment changes nothing, and the check for drift says so; a change is 3.
    expect((await winsvc(dir, 'ensure', 'orders.yaml', '--check')).code).toBe(0);
    await writeFile(
      join(dir, 'orders.yaml'),
      `name: ${NAME}\nstartType: demand\nprogram: { script: dist/service.js }\n`,
    );
    expect((await winsvc(dir, 'ensure', 'orders.yaml', '--check')).code).toBe(3);
    expect((await winsvc(dir, 'status', NAME, '--expect', 'stopped')).code).toBe(3);
  });
});

describe('monorepos.md', () => {
  it.skipIf(process.platform === 'win32')('a service runs from the links of pnpm', { timeout: 240_000 }, async () => {
    const packed = join(stage.nodeModules, 'winsvc');
    for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) await cp(join(ROOT, file), join(packed, file));
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', stage.dir], {
      cwd: packed,
    });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    const dir = await makeProject('pnpm', {
      'dist/service.js': define("start(ctx) { ctx.log.info('ready'); }"),
      'pnpm-workspace.yaml': 'supportedArchitectures: { os: [win32], cpu: [x64] }\n',
    });
    const pnpm = join(ROOT, 'node_modules/pnpm/bin/pnpm.cjs');
    const store = join(stage.dir, 'pnpm-store');
    await run(process.execPath, [pnpm, 'add', join(stage.dir, filename), '--store-dir', store], { cwd: dir });
    expectDone(await winsvcIn(dir, BIN, 'install', 'dist\\service.js', '--name', NAME, '--now'));
    expect(await logOf()).toContain('ready');
    const { stdout: found } = await winsvcIn(dir, BIN, 'doctor', NAME, '--all');
    expect(found).toMatch(/ok +load /);
  });
});

describe('node-versions.md', () => {
  it('the service runs on the node.exe that is named', async () => {
    const dir = await makeProject('pinned', {
      'dist/service.js': define('start(ctx) { ctx.log.info(process.execPath); }', 'OrdersPinned'),
    });
    const folder = join(drive, 'Program Files/Orders');
    await mkdir(folder, { recursive: true });
    await cp(rig.nodeExe, join(folder, 'node.exe'));
    const commands = commandsOf('docs/recipes/node-versions.md').filter(({ argv }) => argv.includes('OrdersPinned'));
    expect(commands).toHaveLength(1);
    expectDone(await winsvc(dir, ...(commands[0]?.argv ?? [])));
    expectDone(await winsvc(dir, 'start', 'OrdersPinned'));
    expect(await logOf('OrdersPinned')).toContain('C:\\\\Program Files\\\\Orders\\\\node.exe');
    // A change of an existing service, as the recipe has it.
    await removeService(rig.agent, 'OrdersPinned');
    await rm(folder, { recursive: true, force: true });
  });
});

describe('update.md', () => {
  it('the switch between two folders, and the way back when the new release does not start', async () => {
    const good = define("start(ctx) { ctx.log.info('release 2.0.3'); }");
    const releases = { '2.0.3': good, '2.1.0': define("start() { throw new Error('no table'); }") };
    const root = join(drive, 'Orders');
    await rm(root, { recursive: true, force: true });
    await mkdir(root);
    await rename(stage.nodeModules, join(root, 'node_modules'));
    try {
      for (const [release, text] of Object.entries(releases)) {
        await mkdir(join(root, release));
        await writeFile(join(root, release, 'package.json'), '{ "type": "module" }');
        await writeFile(join(root, release, 'service.js'), text);
      }
      const bin = 'C:\\Orders\\node_modules\\winsvc\\dist\\cli\\bin.js';
      const at = (...args: string[]): Promise<Ended> => winsvcIn(root, bin, ...args);
      expectDone(await at('install', 'C:\\Orders\\2.0.3\\service.js', '--name', NAME, '--recovery', 'none', '--now'));
      const switches = commandsOf('docs/recipes/update.md').filter(({ argv }) =>
        ['config', 'restart'].includes(argv[0] ?? ''),
      );
      const words = switches.filter(({ inline }) => !inline).map(({ argv }) => argv);
      expect(words.map(([verb]) => verb)).toEqual(['config', 'restart', 'config', 'restart']);
      const ended = [];
      for (const argv of words) ended.push(await at(...argv));
      expect(ended.map(({ code }) => code)).toEqual([0, 3, 0, 0]);
      expect(ended[1]?.stderr).toMatch(/no table.*service\.js:2/);
      expect(await rig.agent.status(NAME)).toMatchObject({ state: 4 });
      await removeService(rig.agent, NAME);
    } finally {
      await rename(join(root, 'node_modules'), stage.nodeModules);
      await rm(root, { recursive: true, force: true });
    }
  });
});

describe('typescript.md', () => {
  it('the compiled example runs, and with source maps an error names the line of the .ts file', async () => {
    const dir = await makeProject('typescript', {});
    const failing =
      "import { defineService } from 'winsvc';\ninterface Row { id: number }\n\nconst service = defineService({\n  name: 'Orders',\n  start() {\n    const row: Row = { id: 7 };\n    throw new Error(`row ${row.id} is wrong`);\n  },\n});\nawait service.run();\n";
    const example = await readFile(join(ROOT, 'examples/typescript/src/service.ts'), 'utf8');
    const read = ts.readConfigFile(join(ROOT, 'examples/typescript/tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, dir);
    expect(options.sourceMap).toBe(true);
    for (const [name, text] of [
      ['service', example],
      ['failing', failing],
    ] as const) {
      // Without the package.json at hand, nodenext would be CommonJS.
      const compilerOptions = { ...options, module: ts.ModuleKind.ESNext };
      const { outputText, sourceMapText = '' } = ts.transpileModule(text, { compilerOptions, fileName: `${name}.ts` });
      await writeFile(join(dir, `dist/${name}.js`), outputText);
      await writeFile(join(dir, `dist/${name}.js.map`), sourceMapText);
    }
    const [command] = commandsOf('docs/recipes/typescript.md').filter(
      ({ argv }) => argv[0] === 'install' && argv.includes('--now'),
    );
    const args = command?.argv ?? [];
    const installed = await winsvc(dir, ...args, '--name', NAME);
    expectDone(installed);
    await removeService(rig.agent, NAME);
    const failed = await winsvc(dir, ...args.map((word) => word.replace('service.js', 'failing.js')), '--name', NAME);
    expect(failed.code).toBe(3);
    expect(failed.stderr).toMatch(/row 7 is wrong.*failing\.ts:8/);
  });
});

describe('proxies.md', () => {
  let proxy: Server;
  let secure: ReturnType<typeof createHttpsServer>;
  const port = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  const asked: string[] = [];

  beforeAll(async () => {
    proxy = createHttpServer((req, res) => {
      asked.push(req.url ?? '');
      res.end('through the proxy');
    }).listen(0, '127.0.0.1');
    secure = createHttpsServer({ cert: certificate, key }, (_req, res) => res.end('secure')).listen(0, '127.0.0.1');
    await Promise.all([once(proxy, 'listening'), once(secure, 'listening')]);
  });
  afterAll(() => {
    proxy.close();
    secure.close();
  });

  // Not fetch: on Wine 8 it can't connect (UNKNOWN). Both follow the same variables. The SCM of Wine gives a service no
  // variables, so `winsvc run` starts it as the SCM of Windows does.
  const GET = `
    async start(ctx) {
      for (const url of process.argv.slice(2)) {
        const { get } = await import(url.split('://')[0]);
        ctx.log.info(await new Promise((resolve) => {
          get(url, (res) => res.setEncoding('utf8').on('data', resolve)).on('error', (e) => resolve('refused: ' + e.code));
        }));
      }
      setTimeout(() => process.exit(0), 10);
    }`;
  const secureUrl = (): string => `https://localhost:${port(secure)}/`;

  it('variables of the service lead requests through the proxy, past the hosts of NO_PROXY', async () => {
    const dir = await makeProject('proxied', { 'main.js': define(GET) });
    const [command] = commandsOf('docs/recipes/proxies.md').filter(({ argv }) => argv[0] === 'install');
    const own = `HTTP_PROXY=http://127.0.0.1:${port(proxy)}`;
    const args = (command?.argv ?? []).map((word) => word.replace('HTTPS_PROXY=http://proxy.example.com:8080', own));
    expect(args).toContain(own);
    expectDone(await winsvc(dir, ...args, '--arg', 'http://orders.example.com/new', '--arg', secureUrl()));
    const { stdout, stderr } = await winsvc(dir, 'run', NAME);
    expect(stdout + stderr).toContain('through the proxy');
    expect(asked).toEqual(['http://orders.example.com/new']);
    // Not through the proxy; the certificate is one that nothing vouches for.
    expect(stdout + stderr).toContain('refused: DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('a certificate authority of the company is trusted', async () => {
    const dir = await makeProject('trusting', { 'main.js': define(GET), 'ca.pem': certificate });
    const ca = `NODE_EXTRA_CA_CERTS=${rig.winPath(join(dir, 'ca.pem'))}`;
    const options = ['--name', NAME, '--env', ca, '--node-arg=--use-system-ca', '--arg', secureUrl()];
    expectDone(await winsvc(dir, 'install', 'main.js', ...options));
    const { stdout, stderr } = await winsvc(dir, 'run', NAME);
    expect(stdout + stderr).toMatch(/INFO +secure/);
  });
});
