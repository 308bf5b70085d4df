import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { layout } from '../../rig/lib/layout.mjs';
import { openRig } from '../../rig/rig.mjs';
import type { HostSettings } from '../../src/manager/index.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { runCommand } from './cli-fixtures/run-command.ts';

const STOPPED = 1;
const RUNNING = 4;
const STOP = 1;
const PORT = 30_000 + (process.pid % 1_000);
let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let dir: string;
let script: string;
const names: string[] = [];

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage();
  dir = join(stage.dir, 'Einstellungen ä');
  mkdirSync(dir);
  script = await stage.add('test/scm/hosting-fixtures/settings.cjs', 'Einstellungen ä/settings.cjs');
});
afterAll(async () => {
  for (const name of names) await removeService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

const cli = (...args: string[]) =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args]);
const ask = async (port: number, path: string): Promise<Record<string, string>> =>
  (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as Record<string, string>;
const logs = (folder: string): string =>
  existsSync(folder)
    ? readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join('\n')
    : '';

/** Installs the program with settings of the host, by a spec file. */
async function install(name: string, host: HostSettings): Promise<{ name: string; logDir: string }> {
  const service = `winsvc ${name} ${process.pid}`;
  const logDir = join(dir, `logs of ${name}`);
  names.push(service);
  const spec = {
    name: service,
    program: { file: rig.winPath(rig.nodeExe), script: rig.winPath(script) },
    account: 'localSystem',
    startType: 'demand',
    recovery: null,
    eventSource: false,
    host: { cwd: rig.winPath(dir), logging: { dir: rig.winPath(logDir) }, ...host },
  };
  writeFileSync(join(dir, `${name}.json`), JSON.stringify(spec));
  expect(await cli('ensure', rig.winPath(join(dir, `${name}.json`)))).toMatchObject({ code: 0 });
  return { name: service, logDir };
}

describe('the settings of a hosted program, from the registry', () => {
  it('decide its environment, its readiness, and what its exit means', async () => {
    writeFileSync(join(dir, '.env'), 'FROM_FILE="aus der Datei ä"\nPORT=1\n');
    const node = rig.winPath(rig.nodeExe);
    const { name, logDir } = await install('settings', {
      env: { PORT: String(PORT), GREETING: 'Grüße, %OS%' },
      expandEnv: true,
      envFile: '.env',
      ready: { url: `http://127.0.0.1:${PORT}/` },
      before: [{ file: node, args: ['-e', "require('node:fs').writeFileSync('before.txt', process.cwd())"] }],
      after: [{ file: node, args: ['-e', "require('node:fs').writeFileSync('after.txt', '')"] }],
      waitFor: [{ file: '.env' }],
      exitCodes: { 0: 'stopped' },
    });
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 30_000);
    expect(await ask(PORT, '/')).toEqual({
      GREETING: 'Grüße, Windows_NT',
      FROM_FILE: 'aus der Datei ä',
      cwd: rig.winPath(dir),
    });
    expect(existsSync(join(dir, 'before.txt'))).toBe(true);
    await vi.waitFor(() => {
      for (const line of ['hello from inside', 'a thread writes to fd 1', 'a detached child writes', ' answers'])
        expect(logs(logDir)).toContain(line);
    }, 15_000);
    await ask(PORT, '/exit').catch(() => undefined);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect((await rig.agent.status(name)).win32ExitCode).toBe(0);
    expect(existsSync(join(dir, 'after.txt'))).toBe(true);
  });

  it.each(['POST', 'DELETE'])('send the stop request %s before the stop', async (method) => {
    const { name, logDir } = await install(`stop by ${method}`, {
      env: { PORT: String(PORT + 4) },
      stop: { request: { url: `http://127.0.0.1:${PORT + 4}/stop`, method } },
    });
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 30_000);
    expect(logs(logDir)).not.toContain('asked to stop');
    await rig.agent.control(name, STOP);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect((await rig.agent.status(name)).win32ExitCode).toBe(0);
    expect(logs(logDir)).toContain(`asked to stop by ${method}`);
  });

  it('stop it all the same when nothing answers the stop request', async () => {
    const { name, logDir } = await install('no answer', {
      env: { PORT: String(PORT + 5) },
      stop: { request: { url: 'http://127.0.0.1:1/stop' } },
    });
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 30_000);
    await rig.agent.control(name, STOP);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect((await rig.agent.status(name)).win32ExitCode).toBe(0);
    expect(logs(logDir)).toContain('The stop request POST http://127.0.0.1:1/stop failed');
  });

  it.each(['keep', 'kill'] as const)('with children: %s, decide what becomes of a child', async (children) => {
    const port = PORT + (children === 'keep' ? 6 : 7);
    const { name } = await install(`children ${children}`, { env: { PORT: String(port) }, children });
    await rig.agent.start(name);
    const { pid } = await rig.agent.waitFor(name, RUNNING, 30_000);
    const { child } = (await ask(port, '/child')) as unknown as { child: number };
    await rig.agent.control(name, STOP);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    await rig.agent.waitGone(pid, 30_000);
    if (children === 'kill') await rig.agent.waitGone(child, 30_000);
    else {
      // It still runs: it can be ended.
      await rig.agent.kill(child);
      await rig.agent.waitGone(child, 30_000);
    }
  });

  it('make it wait for another service, and name what is missing in time', async () => {
    const { name: first } = await install('first', { env: { PORT: String(PORT + 1) } });
    const { name: second, logDir } = await install('second', {
      env: { PORT: String(PORT + 2) },
      waitFor: [{ service: first }],
      timeouts: { start: '25s' },
    });
    await rig.agent.start(second);
    await vi.waitFor(() => {
      expect(logs(logDir)).toContain(`Waiting for the service \\"${first}\\"`);
    }, 15_000);
    await rig.agent.start(first);
    await rig.agent.waitFor(second, RUNNING, 30_000);
    for (const name of [second, first]) await rig.agent.control(name, STOP);
    await rig.agent.waitFor(second, STOPPED, 30_000);

    const { name, logDir: third } = await install('third', { waitFor: [{ file: 'none' }], timeouts: { start: '2s' } });
    await rig.agent.start(name);
    await rig.agent.waitFor(name, STOPPED, 30_000);
    expect((await rig.agent.status(name)).win32ExitCode).toBe(1064);
    // The last lines are written when the process ends.
    await vi.waitFor(() => {
      expect(logs(third)).toMatch(/none was not there within the start timeout/);
    }, 15_000);
  });
});

describe('a program without a winsvc of its own', () => {
  it('gets a copy of the host, of koffi and of node.exe, and runs from there', { timeout: 120_000 }, async () => {
    const drive = rig.kind === 'wine' ? join(layout().prefix, 'drive_c') : 'C:\\';
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const copied = join(drive, 'Program Files', 'winsvc', version);
    // An older build of this version.
    if (rig.kind === 'wine') rmSync(copied, { recursive: true, force: true });
    const apart = mkdtempSync(join(tmpdir(), 'ganz woanders ä '));
    const name = `winsvc apart ${process.pid}`;
    names.push(name);
    try {
      cpSync(join('test/scm/hosting-fixtures/web.cjs'), join(apart, 'web.cjs'));
      const words = ['install', rig.winPath(join(apart, 'web.cjs')), '--name', name, '--pin-node', '--start', 'demand'];
      const { code, stdout, stderr } = await cli(...words, '--arg', String(PORT + 8), '--now');
      expect(stdout + stderr).toContain(`listens on http://127.0.0.1:${PORT + 8}`);
      expect(code).toBe(0);
      const { imagePath } = await rig.agent.config(name);
      expect(imagePath).toMatch(/^"C:\\Program Files\\winsvc\\node-[\d.]+-x64\\node\.exe"/);
      expect(imagePath).toContain(`"--require=C:\\Program Files\\winsvc\\${version}\\dist\\hosted.cjs"`);
      for (const file of ['koffi', '@koromix/koffi-win32-x64'])
        expect(existsSync(join(copied, 'node_modules', file, 'package.json'))).toBe(true);
      const { pid } = await rig.agent.status(name);
      await rig.agent.control(name, STOP);
      await rig.agent.waitFor(name, STOPPED, 30_000);
      await rig.agent.waitGone(pid, 30_000);
    } finally {
      rmSync(apart, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  });
});

it('winsvc run runs an installed program in the terminal, with its settings', { timeout: 120_000 }, async () => {
  const port = PORT + 9;
  const { name } = await install('in the terminal', { env: { PORT: String(port), GREETING: 'hier' } });
  const run = cli('run', name);
  await vi.waitFor(async () => {
    expect(await ask(port, '/')).toMatchObject({ GREETING: 'hier', cwd: rig.winPath(dir) });
  }, 60_000);
  expect(await rig.agent.status(name)).toMatchObject({ state: STOPPED });
  await ask(port, '/exit').catch(() => undefined);
  expect((await run).code).toBe(1);
});

it('winsvc run hosts a script in the terminal', async () => {
  const run = cli('run', rig.winPath(script), '--ready', 'listen', '--', String(PORT + 3));
  await vi.waitFor(async () => {
    expect(await ask(PORT + 3, '/')).toMatchObject({ cwd: rig.winPath(stage.dir) });
  }, 30_000);
  await ask(PORT + 3, '/exit').catch(() => undefined);
  const { code, stdout, stderr } = await run;
  expect(stdout + stderr).toContain('Ready: a server listens');
  expect(stdout + stderr).toContain('hello from inside');
  // An exit without a stop is a failure.
  expect(code).toBe(1);
});
