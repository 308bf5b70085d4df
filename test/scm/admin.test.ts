// The admin API as a service on the real SCM, over HTTP.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient, type AdminClient, type AdminError } from 'winsvc/admin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { createToken } from '../../src/admin/security/token.ts';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { startCommand } from './cli-fixtures/run-command.ts';

const RUNNING = 4;
const ADMIN = `winsvc-admin ${process.pid}`;
const DELETED = `winsvc-admin-deleted ${process.pid}`;
const TARGET = `winsvc-admin-target Prüfung ${process.pid}`;
const { id, hash, token } = createToken();
const WAIT = { wait: '60s', timeout: '50s' };

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let client: AdminClient;
const file = (name: string): string => join(stage.dir, name);
const program = (script: string): string => `"${rig.winPath(rig.nodeExe)}" "${rig.winPath(file(script))}"`;
const failure = (work: Promise<unknown>): Promise<AdminError> =>
  work.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as AdminError,
  );

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({
    'admin-service': 'test/scm/admin-fixtures/admin-service.ts',
    'target-service': 'test/scm/admin-fixtures/target-service.ts',
    'hold-service': 'test/scm/admin-fixtures/hold-service.ts',
  });
  const tokens = [{ id, hash, name: 'test', role: 'admin', createdAt: new Date().toISOString() }];
  writeFileSync(file('setup.json'), JSON.stringify({ name: ADMIN, services: [TARGET, DELETED], tokens }));
  await rig.agent.create({ name: ADMIN, imagePath: program('admin-service.mjs') });
  await rig.agent.create({ name: TARGET, imagePath: `${program('target-service.mjs')} "${TARGET}"` });
  await rig.agent.start(ADMIN);
  await rig.agent.waitFor(ADMIN, RUNNING, 30_000);
  client = createAdminClient({ url: readFileSync(file('url.txt'), 'utf8'), token });
});
afterAll(async () => {
  for (const name of [DELETED, TARGET, ADMIN]) await removeService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

describe('the admin API on a real SCM', () => {
  it('lists services and serves the page of the package', async () => {
    const { services } = await client.services({ name: TARGET, details: true });
    expect(services).toMatchObject([{ name: TARGET, state: 'stopped', startType: 'demand', writable: true }]);
    const page = await fetch(readFileSync(file('url.txt'), 'utf8'));
    expect(await page.text()).toContain('admin-page/app.js');
  });

  it('starts a service, and reads CPU time and memory of its process', async () => {
    const operation = await client.start(TARGET, WAIT);
    expect(operation).toMatchObject({ state: 'succeeded' });
    expect(operation.progress.map(({ state }) => state)).toContain('running');
    const { pid, process } = await client.service(TARGET, { details: true });
    expect(pid).toBe((await rig.agent.status(TARGET)).pid);
    expect(process?.memoryBytes).toBeGreaterThan(10_000_000);
    expect(process?.cpuSeconds).toBeGreaterThan(0);
    expect(Math.abs(Date.parse(process?.startedAt ?? '') - Date.now())).toBeLessThan(120_000);
  });

  it('succeeds where it is started already (1056), pauses, continues, and sends a command', async () => {
    expect(await client.start(TARGET, WAIT)).toMatchObject({ state: 'succeeded' });
    expect(await client.operate(TARGET, 'pause', WAIT)).toMatchObject({ state: 'succeeded' });
    expect(await client.service(TARGET)).toMatchObject({ state: 'paused' });
    expect(await client.operate(TARGET, 'continue', WAIT)).toMatchObject({ state: 'succeeded' });
    expect(await client.operate(TARGET, 'command', { ...WAIT, command: 200 })).toMatchObject({ state: 'succeeded' });
  });

  it('stops a service with a request in flight, which is answered whole', async () => {
    const port = readFileSync(file('target-port.txt'), 'utf8');
    const request = fetch(`http://127.0.0.1:${port}/`);
    await expect.poll(() => existsSync(file('request-received')), { timeout: 20_000 }).toBe(true);
    const { id: stopping } = await client.stop(TARGET, { timeout: '50s' });
    await expect
      .poll(async () => (await client.operation(stopping)).progress.at(-1)?.state, { timeout: 20_000 })
      .toBe('stopPending');
    writeFileSync(file('answer'), '');
    expect(await (await request).text()).toBe('whole');
    expect(await client.operation(stopping, '60s')).toMatchObject({ state: 'succeeded' });
    expect(await client.stop(TARGET, WAIT)).toMatchObject({ state: 'succeeded' });
  });

  it('answers 1060, 1062 and its own service with their problems', async () => {
    expect(await failure(client.service('winsvc no such service'))).toMatchObject({
      status: 404,
      problem: { win32Code: 1060 },
    });
    expect(await failure(client.operate(TARGET, 'pause', WAIT))).toMatchObject({
      status: 409,
      problem: { win32Code: 1062 },
    });
    expect(await failure(client.restart(ADMIN))).toMatchObject({ status: 409, code: 'OWN_SERVICE' });
    expect(await failure(client.stop('RpcSs'))).toMatchObject({ status: 403, code: 'NOT_WRITABLE' });
  });

  it('changes the configuration with the ETag that it read, and refuses an old one', async () => {
    const { etag } = await client.config(TARGET);
    const { changes } = await client.changeConfig(TARGET, { description: 'für die Prüfung' }, { etag });
    expect(changes.map(({ setting }) => setting)).toEqual(['description']);
    expect(await failure(client.changeConfig(TARGET, { description: 'x' }, { etag }))).toMatchObject({ status: 412 });
    expect((await rig.agent.config(TARGET)).description).toBe('für die Prüfung');
  });

  it('follows states, and gives up waiting for a service that hangs in its stop without holding anything up', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const { type, data } of client.events({ signal: abort.signal })) {
        const { name, state } = data as { name?: string; state?: string };
        if (type === 'service' && name === TARGET) seen.push(state ?? '');
      }
    })();
    await client.start(TARGET, { ...WAIT, args: ['hang'] });
    await expect.poll(() => seen, { timeout: 20_000 }).toContain('running');
    const { id: stopping } = await client.stop(TARGET, { timeout: '50s' });
    await expect.poll(() => seen, { timeout: 20_000 }).toContain('stopPending');
    expect(await failure(client.start(TARGET))).toMatchObject({ status: 409, code: 'OPERATION_RUNNING' });
    expect(await client.abandon(stopping)).toMatchObject({ state: 'abandoned' });
    expect(await client.service(TARGET)).toMatchObject({ state: 'stopPending' });
    abort.abort();
    await following;
    const { pid } = await client.service(TARGET);
    await rig.agent.kill(pid);
  });

  it('says 1072 for a service that another program holds after its deletion', { timeout: 120_000 }, async () => {
    await rig.agent.create({ name: DELETED, imagePath: program('target-service.mjs') });
    const holder = startCommand(rig, stage, rig.nodeExe, [rig.winPath(file('hold-service.mjs')), DELETED]);
    try {
      await expect.poll(() => existsSync(file('held')), { timeout: 30_000 }).toBe(true);
      const refused = await failure(client.uninstall(DELETED, { wait: '60s' }));
      expect(refused).toMatchObject({
        status: 409,
        problem: { win32Code: 1072, symbol: 'ERROR_SERVICE_MARKED_FOR_DELETE' },
      });
      expect(refused.problem?.hint).toMatch(/services\.msc/);
      expect(refused.message.match(/services\.msc/g)).toHaveLength(1);
    } finally {
      holder.kill();
      await holder.ended;
    }
  });
});
