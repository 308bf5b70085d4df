import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
    expect(logs(third)).toMatch(/none was not there within the start timeout/);
  });
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
