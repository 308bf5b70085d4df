import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { runCli } from './harness.ts';

let dir: string;
let script: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'winsvc import ä '));
  script = join(dir, 'server.js');
  await writeFile(script, "require('node:http');");
  // A winsvc of its own: nothing is copied.
  const own = join(dir, 'node_modules/winsvc');
  await mkdir(join(own, 'dist'), { recursive: true });
  await writeFile(join(own, 'package.json'), '{ "name": "winsvc" }');
  for (const file of ['hosted.js', 'hosted.cjs']) await writeFile(join(own, 'dist', file), '');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const parameters = (more: object = {}) => ({
  parameters: () =>
    Promise.resolve({
      value: {
        values: {
          Application: process.execPath,
          AppParameters: `"${script}" 1`,
          AppEnvironmentExtra: ['API_TOKEN=geheim', 'PORT=3000'],
          AppStdin: 'x',
          ...more,
        },
        keys: {},
      },
    }),
});

async function withOld(start: () => void = () => undefined) {
  const scm = createMockScm();
  const install = { imagePath: 'C:\\nssm\\nssm.exe', account: 'localSystem' };
  const old = defineService({ name: 'Orders', eventLog: false, logging: false, start, install });
  await during(scm, scm.manager().install(old));
  await during(scm, scm.manager().service('Orders').start());
  return scm;
}

/** Time goes on while a call waits. */
async function during<T>(scm: MockScm, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => (done = true));
  while (!(done as boolean)) await scm.clock.advance(20);
  return ended;
}
const configOf = (scm: MockScm) => during(scm, scm.manager().service('Orders').config());
const env = {
  get ProgramFiles() {
    return join(dir, 'Programme');
  },
};

describe('winsvc import', () => {
  it('prints the spec, the host and three lists, changes nothing, and says how to go on', async () => {
    const scm = await withOld();
    const before = await configOf(scm);
    const { code, stdout, stderr } = await runCli(['import', 'Orders'], { scm, probe: parameters(), env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Orders, a service of nssm, would become:\nSpec:\n/);
    for (const line of ['Host:', 'Taken:', 'Approximated:', 'Dropped:', '  AppStdin: a service has no input'])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).not.toContain('geheim');
    expect(stderr).toContain('Nothing was changed. Replace the service: winsvc import Orders --apply');
    expect(await configOf(scm)).toEqual(before);
  });

  it('prints one document of JSON, without secrets', async () => {
    const scm = await withOld();
    const { json, stdout } = await runCli(['import', 'Orders', '--json'], { scm, probe: parameters(), env });
    expect(json).toMatchObject({ applied: false, services: [{ from: 'nssm', spec: { name: 'Orders' } }] });
    expect(stdout).not.toContain('geheim');
  });

  it('--apply replaces the service and prints its state', async () => {
    const scm = await withOld();
    const { code, stdout, stderr } = await runCli(['import', 'Orders', '--apply'], { scm, probe: parameters(), env });
    expect(stderr).toContain('Orders: stopping the old service\nOrders: changing its settings\nOrders: starting');
    expect(stdout).toMatch(/^Orders is replaced: it is running/);
    expect(code).toBe(0);
    const { imagePath, environment, account } = await configOf(scm);
    expect(imagePath).toContain('server.js');
    expect(environment).toEqual({ API_TOKEN: 'geheim', PORT: '3000' });
    expect(account).toBe('LocalSystem');
  });

  it('--apply puts the old service back when the new one does not run', async () => {
    let starts = 0;
    const scm = await withOld(() => {
      if (++starts === 2) throw new Error('no database');
    });
    const before = await configOf(scm);
    const { code, stderr } = await runCli(['import', 'Orders', '--apply'], { scm, probe: parameters(), env });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /"Orders" was not replaced: the new service did not run\..*The old service is back, and runs/s,
    );
    expect(await configOf(scm)).toEqual(before);
  });

  it.each([
    [['--plan', '--apply'], {}, /contradict/],
    [['--machine', 'web1'], {}, /for this machine/],
    [['--from', 'systemd'], {}, /--from must be one of/],
    [['--apply', '--account', 'CONTOSO\\svc'], {}, /keeps its account/],
    [['--apply'], { AppParameters: 'C:\\gone.js' }, /there is no such file/],
    [['--apply'], { Application: 'C:\\python.exe' }, /isn't a Node\.js script/],
  ])('with %j %j changes nothing', async (options, more, message) => {
    const scm = await withOld();
    const before = await configOf(scm);
    const ended = await runCli(['import', 'Orders', ...options], { scm, probe: parameters(more), env });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
    expect(await configOf(scm)).toEqual(before);
  });

  it.each([
    [{ AppFutureSetting: 1 }, ['AppFutureSetting']],
    [{ AppEnviromentExtra: ['A=1'], appWeird: '' }, ['AppEnviromentExtra', 'appWeird']],
  ])('--apply with unknown settings %j is one error, and changes nothing', async (more, names) => {
    const scm = await withOld();
    const before = await configOf(scm);
    const ended = await runCli(['import', 'Orders', '--apply'], { scm, probe: parameters(more), env });
    expect(ended.code).not.toBe(0);
    expect(ended.stdout).toBe('');
    expect(ended.stderr.match(/have mistakes, so nothing was changed/g)).toHaveLength(1);
    for (const name of names) expect(ended.stderr).toContain(`  - Orders: ${name} isn't known`);
    expect(await configOf(scm)).toEqual(before);
    const skipped = await runCli(['import', 'Orders', '--apply', '--skip-unknown'], {
      scm,
      probe: parameters(more),
      env,
    });
    expect(skipped).toMatchObject({ code: 0, stdout: expect.stringContaining('Orders is replaced') as string });
  });

  it('reads a file where there is no SCM', async () => {
    const file = join(dir, 'orders.xml');
    await writeFile(
      file,
      `<service><id>Orders</id><executable>node</executable><arguments>server.js</arguments></service>`,
    );
    const { openServiceManager } = await import('../../../src/manager/index.ts');
    const { code, stdout } = await runCli(['import', file], { manager: () => openServiceManager() });
    expect(code).toBe(process.platform === 'win32' ? code : 0);
    expect(stdout).toContain('Orders, a service of winsw, would become:');
  });

  it('asks for the password of a new service, and takes it from nowhere else', async () => {
    const file = join(dir, 'account.xml');
    const account = '<serviceaccount><username>CONTOSO\\svc</username><password>Pa55w0rd</password></serviceaccount>';
    await writeFile(
      file,
      `<service><id>New</id><executable>node</executable><arguments>server.js</arguments>${account}</service>`,
    );
    const refused = await runCli(['import', file, '--apply'], { env });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('needs its password') as string });
    expect(refused.stderr + refused.stdout).not.toContain('Pa55w0rd');
  });
});
