// winsvc admin install, run, token and grant on the real SCM: the API and the page without a program of one's own.
import { join } from 'node:path';
import { createAdminClient } from 'winsvc/admin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { freePort } from '../../scripts/lib/http.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { eventually } from '../support/eventually.ts';
import { type Stage, stagePackage } from '../support/stage.mjs';
import { type Ended, runCommand, type Running, startCommand } from './cli-fixtures/run-command.ts';

const ADMIN = 'WinsvcAdmin';
const TARGET = `winsvc admin target Größe ${process.pid}`;
const RUNNING = 4;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;

beforeAll(async () => {
  rig = await openRig();
  stage = await stagePackage({ rig, packages: ['rate-limiter-flexible'] });
  for (const name of [ADMIN, TARGET]) await removeService(rig.agent, name);
  const script = rig.winPath(await stage.add('test/monitoring/fixtures/orders.mjs'));
  await rig.agent.create({ name: TARGET, imagePath: `"${rig.winPath(rig.nodeExe)}" "${script}" "${TARGET}"` });
});
afterAll(async () => {
  for (const name of [ADMIN, TARGET]) await removeService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

const argv = (...args: string[]): string[] => [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args];
const winsvc = (...args: string[]): Promise<Ended> => runCommand(rig, stage, rig.nodeExe, argv(...args));
// Wine has no virtual accounts.
const account = (): string[] => (rig.kind === 'wine' ? ['--account', 'localSystem'] : []);

async function makeToken(role: string, ...more: string[]): Promise<string> {
  const made = await winsvc('admin', 'token', 'create', '--name', role, '--role', role, ...more, '--json');
  expect(made.code, made.stderr).toBe(0);
  return (JSON.parse(made.stdout) as { token: string }).token;
}

describe('winsvc admin on a real SCM', () => {
  it('installs the server, which starts, stops and follows a service with a token of the command line', async () => {
    const port = await freePort();
    const installed = await winsvc('admin', 'install', '--port', String(port), '--service', TARGET, ...account());
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    expect((await rig.agent.config(ADMIN)).imagePath).toContain(`admin run --port ${port} --service`);
    // Again: nothing is different.
    const again = await winsvc('admin', 'install', '--port', String(port), '--service', TARGET, ...account());
    expect(again.code, again.stdout + again.stderr).toBe(0);
    const [operator, viewer] = [await makeToken('operator'), await makeToken('viewer')];
    const started = await winsvc('start', ADMIN);
    expect(started.code, started.stderr).toBe(0);

    const url = `http://127.0.0.1:${port}/`;
    const client = createAdminClient({ url, token: operator });
    expect(await client.start(TARGET, { wait: '60s', timeout: '50s' })).toMatchObject({ state: 'succeeded' });
    expect(await rig.agent.status(TARGET)).toMatchObject({ state: RUNNING });
    expect(await client.service(TARGET)).toMatchObject({ name: TARGET, state: 'running' });
    await expect(createAdminClient({ url, token: viewer }).stop(TARGET)).rejects.toMatchObject({ status: 403 });
    await expect(client.stop('RpcSs')).rejects.toMatchObject({ status: 403, code: 'NOT_WRITABLE' });
    const page = await fetch(url);
    expect(await page.text()).toContain('admin-page/app.js');
    expect(await client.stop(TARGET, { wait: '60s', timeout: '50s' })).toMatchObject({ state: 'succeeded' });

    // A revoked token is refused within a second or so.
    const listed = JSON.parse((await winsvc('admin', 'token', 'list', '--json')).stdout) as {
      tokens: { id: string; name: string }[];
    };
    const id = listed.tokens.find(({ name }) => name === 'operator')?.id ?? '';
    expect((await winsvc('admin', 'token', 'revoke', id)).code).toBe(0);
    await eventually(async () => {
      await expect(client.services()).rejects.toMatchObject({ status: 401 });
    });
    const stopped = await winsvc('stop', ADMIN);
    expect(stopped.code, stopped.stderr).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  }, 180_000);

  it('runs in a terminal too', async () => {
    const port = await freePort();
    const token = await makeToken('viewer');
    const terminal: Running = startCommand(rig, stage, rig.nodeExe, argv('admin', 'run', '--port', String(port)));
    try {
      const client = createAdminClient({ url: `http://127.0.0.1:${port}/`, token });
      await eventually(async () => expect((await client.services({ name: TARGET })).services).toHaveLength(1), {
        timeout: 60_000,
        interval: 100,
      });
      // Without --service nothing can be changed.
      await expect(client.start(TARGET)).rejects.toMatchObject({ status: 403 });
    } finally {
      terminal.kill();
      await terminal.ended;
    }
  }, 120_000);

  it('names the package that it needs, and changes nothing without it', async () => {
    const bare = await stagePackage({ rig });
    try {
      const bin = rig.winPath(join(bare.nodeModules, 'winsvc/dist/cli/bin.js'));
      await removeService(rig.agent, ADMIN);
      const refused = await runCommand(rig, bare, rig.nodeExe, [bin, 'admin', 'install', ...account()]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/npm install rate-limiter-flexible/);
      await expect(rig.agent.status(ADMIN)).rejects.toMatchObject({ code: 1060 });
    } finally {
      await bare.remove();
    }
  }, 120_000);
});
