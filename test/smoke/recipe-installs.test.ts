// The recipes about installing: offline, private registry and proxy, strict folders, pnpm, Yarn. What of them needs an SCM
// is in test/scm/recipe-deployment.test.ts.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deploymentWorkflow, type Workflow } from '../recipes/deployment-workflow.ts';
import { ROOT } from '../support/imports.ts';
import { npm, packInto } from './install-tarball.ts';

const run = promisify(execFile);
/** A registry that refuses connections. */
const NOWHERE = 'http://127.0.0.1:9/';
/** Packages that winsvc needs, for Windows. */
const WANTED = ['winsvc', 'koffi', '@koromix/koffi-win32-x64', 'eventemitter3', 'zod'];
const FOR_WINDOWS = ['--os=win32', '--cpu=x64'];
const QUIET = ['--no-audit', '--no-fund', '--prefer-offline'];
const SERVICE = `import { defineService } from 'winsvc';
await defineService({ name: 'Orders', start(ctx) { ctx.log.info('ready'); setTimeout(() => process.emit('SIGINT'), 50); } }).run();
`;

let temp: string;
let tarball: string;

beforeAll(async () => {
  temp = await realpath(await mkdtemp(join(tmpdir(), 'winsvc recipes ü ')));
  ({ tarball } = await packInto(temp));
});
afterAll(() => rm(temp, { recursive: true, force: true, maxRetries: 5 }));

/** Makes a project that depends on the packed package. */
async function makeProject(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const dir = join(temp, name);
  await mkdir(dir, { recursive: true });
  const manifest = { name, version: '1.0.0', private: true, type: 'module', files: ['*.js'] };
  const dependencies = { winsvc: `file:${join(temp, tarball)}` };
  await writeFile(join(dir, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
  await writeFile(join(dir, 'service.js'), SERVICE);
  for (const [file, text] of Object.entries(files)) await writeFile(join(dir, file), text);
  return dir;
}

/** Runs a program to its end, also when it fails. */
async function tool(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string }> {
  const options = { cwd, env: { ...process.env, CI: '1', NO_COLOR: '1', ...env } };
  return run(process.execPath, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    },
  );
}

const pnpm = (cwd: string, ...args: string[]) =>
  tool(cwd, [join(ROOT, 'node_modules/pnpm/bin/pnpm.cjs'), ...args], { npm_config_store_dir: join(temp, 'store') });
const yarn = (cwd: string, ...args: string[]) =>
  tool(cwd, [join(ROOT, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js'), ...args], {
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_GLOBAL_CACHE: 'false',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    // A tarball that is packed again has another hash.
    YARN_CHECKSUM_BEHAVIOR: 'update',
  });

const expectRuns = ({ code, output }: { code: number; output: string }): void => {
  expect(output).toContain('Orders: running');
  expect(code, output).toBe(0);
};

describe('offline.md', () => {
  it('a folder installed for Windows has all binaries, and npx asks no registry', async () => {
    const dir = await makeProject('offline');
    await npm(dir, 'install', '--package-lock-only', ...FOR_WINDOWS, ...QUIET);
    await npm(dir, 'ci', '--omit=dev', ...FOR_WINDOWS, ...QUIET);
    await run('tar', ['-czf', 'orders.tgz', 'package.json', 'node_modules', 'service.js'], { cwd: dir });
    const target = join(temp, 'offline target');
    await mkdir(target);
    await run('tar', ['-xzf', join(dir, 'orders.tgz')], { cwd: target });
    expect(existsSync(join(target, 'node_modules/@koromix/koffi-win32-x64'))).toBe(true);
    const { stdout } = await run('npx', ['winsvc', '--version'], {
      cwd: target,
      shell: process.platform === 'win32',
      env: { ...process.env, npm_config_registry: NOWHERE, npm_config_cache: join(temp, 'empty cache') },
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
    expectRuns(await tool(target, ['service.js']));
  });

  it('a cache that was filled before is enough', async () => {
    const dir = await makeProject('cached');
    const cache = ['--cache', join(temp, 'npm-cache')];
    await npm(dir, 'install', '--package-lock-only', ...FOR_WINDOWS, ...QUIET);
    await npm(dir, 'ci', ...FOR_WINDOWS, '--no-audit', '--no-fund', ...cache);
    await rm(join(dir, 'node_modules'), { recursive: true });
    await npm(dir, 'ci', '--offline', ...FOR_WINDOWS, ...cache);
    expectRuns(await tool(dir, ['service.js']));
  });
});

describe('ci.md', () => {
  it('the steps of the build, in their order', async () => {
    const dir = await makeProject('ci', { 'orders.test.js': "import 'node:test';\nimport 'winsvc/testing';\n" });
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as object;
    const scripts = { test: 'node --test', build: 'node --check service.js' };
    await writeFile(join(dir, 'package.json'), JSON.stringify({ ...manifest, scripts }));
    await npm(dir, 'install', '--package-lock-only', ...QUIET);
    const { jobs } = parse(deploymentWorkflow()) as Workflow;
    const steps = (jobs['build']?.steps ?? []).flatMap(({ run: command = '' }) => (command === '' ? [] : [command]));
    expect(steps).toHaveLength(4);
    for (const step of steps) {
      const [program, ...args] = step.split(' ');
      expect(program).toBe('npm');
      await npm(dir, ...args, ...(args[0] === 'ci' ? QUIET : []));
    }
    expect(readdirSync(join(dir, 'node_modules/@koromix'))).toEqual(['koffi-win32-x64']);
  });
});

describe('proxies.md', () => {
  let server: Server;
  let port: number;
  const asked: string[] = [];

  beforeAll(async () => {
    const packed = await packDependencies();
    // Answers as a registry and, to requests with a whole URL, as a proxy in front of one.
    server = createServer((req, res) => {
      const url = new URL(req.url ?? '/', 'http://direct');
      asked.push(`${url.host}${decodeURIComponent(url.pathname)}`);
      const path = decodeURIComponent(url.pathname).slice(1);
      const file = packed.get(path.replace(/^-\//, ''));
      if (file?.data) res.end(file.data);
      else if (file)
        res
          .setHeader('Content-Type', 'application/json')
          .end(JSON.stringify(file.document(`http://${req.headers.host ?? ''}`)));
      else res.writeHead(404).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  interface Served {
    readonly data?: Buffer;
    document(origin: string): unknown;
  }

  async function packDependencies(): Promise<Map<string, Served>> {
    const served = new Map<string, Served>();
    for (const name of WANTED) {
      const source = name === 'winsvc' ? join(temp, tarball) : await fetchPackage(name);
      const data = readFileSync(source);
      const manifest = JSON.parse(
        (await run('tar', ['-xzOf', source, 'package/package.json'], { maxBuffer: 2 ** 24 })).stdout,
      ) as { version: string; optionalDependencies?: Record<string, string> };
      // Binaries of other systems needn't be in a mirror.
      const optional = Object.entries(manifest.optionalDependencies ?? {}).filter(([of]) => WANTED.includes(of));
      const file = `${name.replace('/', '-')}.tgz`;
      const document = (origin: string): unknown => ({
        name,
        'dist-tags': { latest: manifest.version },
        versions: {
          [manifest.version]: {
            ...manifest,
            name,
            optionalDependencies: Object.fromEntries(optional),
            dist: { tarball: new URL(`/-/${file}`, origin).href },
          },
        },
      });
      served.set(name, { document });
      served.set(file, { data, document });
    }
    return served;
  }

  async function fetchPackage(name: string): Promise<string> {
    const dir = join(temp, 'mirror');
    await mkdir(dir, { recursive: true });
    const { version } = JSON.parse(
      readFileSync(join(ROOT, 'node_modules', name.startsWith('@koromix') ? 'koffi' : name, 'package.json'), 'utf8'),
    ) as { version: string };
    const { stdout } = await npm(dir, 'pack', '--json', '--prefer-offline', `${name}@${version}`);
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    return join(dir, packed?.filename ?? '');
  }

  it('a mirror of npm with the five packages is enough', async () => {
    const dir = join(temp, 'mirrored');
    await mkdir(dir);
    await writeFile(join(dir, 'package.json'), '{ "private": true }');
    await writeFile(join(dir, '.npmrc'), `registry=http://127.0.0.1:${port}/\n`);
    asked.length = 0;
    await npm(dir, 'install', 'winsvc', ...FOR_WINDOWS, '--no-audit', '--no-fund', '--cache', join(temp, 'c1'));
    expect(readdirSync(join(dir, 'node_modules/@koromix'))).toEqual(['koffi-win32-x64']);
    // npm asks for the optional packages too, and goes on without those that the mirror doesn't have.
    const tarballs = asked.flatMap((path) => /\/-\/(.+)\.tgz$/.exec(path)?.slice(1) ?? []);
    expect(tarballs.sort()).toEqual(WANTED.map((name) => name.replace('/', '-')).sort());
  });

  it('npm installs through the proxy that the recipe sets', async () => {
    const dir = join(temp, 'proxied');
    await mkdir(dir);
    await writeFile(join(dir, 'package.json'), '{ "private": true }');
    const npmrc = join(dir, 'user.npmrc');
    const user = ['--userconfig', npmrc];
    await npm(dir, 'config', 'set', 'proxy', `http://127.0.0.1:${port}`, ...user);
    await npm(dir, 'config', 'set', 'https-proxy', `http://127.0.0.1:${port}`, ...user);
    asked.length = 0;
    const registry = ['--registry', 'http://npm.example.com/'];
    const options = [...FOR_WINDOWS, ...user, ...registry, '--no-audit', '--no-fund', '--cache', join(temp, 'c2')];
    await npm(dir, 'install', 'winsvc', ...options);
    expect(existsSync(join(dir, 'node_modules/winsvc/dist/index.js'))).toBe(true);
    expect(asked.every((path) => path.startsWith('npm.example.com/'))).toBe(true);
    expect(asked).toContain('npm.example.com/winsvc');
  });
});

describe('monorepos.md', () => {
  it('strict folders of npm: winsvc runs, and zod is the program’s own to install', async () => {
    const dir = await makeProject('linked', { 'zod.js': "import 'zod';\n" });
    await npm(dir, 'install', '--install-strategy=linked', ...QUIET);
    expectRuns(await tool(dir, ['service.js']));
    expect((await tool(dir, ['zod.js'])).output).toContain("Cannot find package 'zod'");
    expect((await tool(dir, ['--input-type=module', '-e', "import 'winsvc/config'"])).code).toBe(0);
  });

  it('pnpm: adds winsvc, needs no build script, runs its commands, and deploys a folder without links', async () => {
    const root = join(temp, 'workspace');
    const dir = await makeProject('workspace/packages/orders');
    await writeFile(join(dir, 'package.json'), '{ "name": "orders", "version": "1.0.0", "type": "module" }');
    await writeFile(join(root, 'package.json'), '{ "name": "root", "private": true }');
    await writeFile(join(root, 'pnpm-workspace.yaml'), 'packages: [packages/*]\ninjectWorkspacePackages: true\n');
    const added = await pnpm(dir, 'add', join(temp, tarball));
    expect(added.code, added.output).toBe(0);
    expect((await pnpm(dir, 'exec', 'winsvc', '--version')).output).toMatch(/^\d+\.\d+\.\d+/m);
    expectRuns(await tool(dir, ['service.js']));
    const target = join(temp, 'deployed');
    const deployed = await pnpm(root, '--filter', 'orders', 'deploy', '--prod', target);
    expect(deployed.code, deployed.output).toBe(0);
    // Without the workspace: all that its links lead to is in the folder.
    await rm(root, { recursive: true });
    expectRuns(await tool(target, ['service.js']));
  });

  it.each([
    ['node_modules of Yarn', 'nodeLinker: node-modules\n'],
    ['Plug’n’Play of Yarn', 'nodeLinker: pnp\n'],
  ])('%s', async (name, settings) => {
    const dir = await makeProject(name.replaceAll(/\W/g, ''), { '.yarnrc.yml': settings, 'yarn.lock': '' });
    const installed = await yarn(dir, 'install');
    expect(installed.code, installed.output).toBe(0);
    expectRuns(await yarn(dir, 'node', 'service.js'));
    expect((await yarn(dir, 'winsvc', '--version')).output).toMatch(/^\d+\.\d+\.\d+/m);
    // The threads are loaded by path, and koffi is a library of the system: their files must be on the disk.
    await writeFile(
      join(dir, 'places.cjs'),
      `const { createRequire } = require('node:module');
       const winsvc = require.resolve('winsvc');
       for (const file of [winsvc, createRequire(winsvc).resolve('koffi')]) if (/[.]zip/.test(file)) throw new Error(file);
       createRequire(winsvc)('koffi').load('libc.so.6');
       console.log('on the disk');`,
    );
    expect((await yarn(dir, 'node', 'places.cjs')).output).toContain('on the disk');
  });
});
