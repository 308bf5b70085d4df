import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMockScm } from 'winsvc/testing';
import { runCli } from '../cli/harness.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc admin cli '));
  file = join(folder, 'tokens.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const create = (...args: string[]) => runCli(['admin', 'token', 'create', '--file', file, ...args]);

describe('winsvc admin token', () => {
  it('create shows a token once and stores its hash', async () => {
    const { code, stdout, stderr } = await create('--name', 'Anna', '--role', 'operator', '--service', 'Orders');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^winsvc_[\da-f]{12}_[\w-]{43}\n$/);
    expect(stderr).toContain('winsvc admin token revoke');
    const stored = await readFile(file, 'utf8');
    expect(stored).not.toContain(stdout.trim().slice(-43));
    expect(JSON.parse(stored)).toMatchObject({ tokens: [{ name: 'Anna', role: 'operator', services: ['Orders'] }] });
  });

  it('list and revoke know it by its id', async () => {
    const { json } = await create('--name', 'deploy', '--days', '90', '--json');
    const id = String(json['id']);
    const days = (Date.parse(String(json['expiresAt'])) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    expect((await runCli(['admin', 'token', 'list', '--file', file])).stdout).toContain(id);
    expect((await runCli(['admin', 'token', 'list', '--file', file, '--json'])).stdout).not.toContain('hash');
    expect(await runCli(['admin', 'token', 'revoke', id, '--file', file])).toMatchObject({ code: 0 });
    expect((await runCli(['admin', 'token', 'list', '--file', file])).stdout).toBe('There are no tokens.\n');
    expect(await runCli(['admin', 'token', 'revoke', id, '--file', file])).toMatchObject({ code: 2 });
  });

  it.each([
    [[], 'needs --name'],
    [['--name', 'x', '--role', 'root'], '--role must be one of'],
    [['--name', 'x', '--days', '0'], '--days must be'],
  ])('create %j is a mistake of usage', async (args, message) => {
    expect(await create(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('winsvc admin install and grant', () => {
  it('install a service with a virtual account that may control the named services', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    await manager.install({ name: 'Orders', imagePath: 'C:\\a.exe' });
    const installed = await runCli(['admin', 'install', '--service', 'Orders', '--port', '9443', '--file', file], {
      scm,
    });
    expect(installed).toMatchObject({ code: 0 });
    const { account, imagePath } = await manager.service('WinsvcAdmin').config();
    expect(account).toBe('NT SERVICE\\WinsvcAdmin');
    expect(imagePath).toMatch(/admin run --port 9443 --service Orders --file /);
    const access = async () => (await manager.service('Orders').config()).securityDescriptor;
    const granted = await access();
    const again = await runCli(['admin', 'grant', 'Orders', '--json'], { scm });
    expect(again.json).toMatchObject({ services: [{ service: 'Orders', changed: false }] });
    const revoked = await runCli(['admin', 'grant', 'Orders', '--revoke'], { scm });
    expect(revoked.stdout).toBe('NT SERVICE\\WinsvcAdmin may no longer control Orders\n');
    expect(await access()).not.toBe(granted);
    const watchdog = await runCli(['watchdog', 'grant', 'Orders', '--to', 'MyWatchdog'], { scm });
    expect(watchdog.stdout).toBe('NT SERVICE\\MyWatchdog may control Orders\n');
  });

  it('install it under another account, with its rights on the services, and none for SYSTEM', async () => {
    for (const [account, stored, grants] of [
      ['localService', 'NT AUTHORITY\\LocalService', true],
      ['networkService', 'NT AUTHORITY\\NetworkService', true],
      ['CONTOSO\\admin$', 'CONTOSO\\admin$', true],
      ['localSystem', 'LocalSystem', false],
    ] as const) {
      const scm = createMockScm();
      const manager = scm.manager();
      await manager.install({ name: 'Orders', imagePath: 'C:\\a.exe' });
      const before = (await manager.service('Orders').config()).securityDescriptor;
      const args = ['--service', 'Orders', '--account', account, '--file', file];
      expect(await runCli(['admin', 'install', ...args], { scm })).toMatchObject({ code: 0 });
      expect((await manager.service('WinsvcAdmin').config()).account).toBe(stored);
      const after = (await manager.service('Orders').config()).securityDescriptor;
      expect(after !== before, account).toBe(grants);
    }
  });

  it.each([
    [['--service', 'Nope'], /1060/],
    [['--service', 'Orders', '--service', 'Nope'], /1060/],
    [['--account', 'CONTOSO\\user'], /password/i],
    [['--port', '99999'], /--port/],
  ])('install with %j changes nothing', async (args, why) => {
    const scm = createMockScm();
    await scm.manager().install({ name: 'Orders', imagePath: 'C:\\a.exe' });
    const before = await scm.manager().service('Orders').config();
    const run = await runCli(['admin', 'install', ...args, '--file', file], { scm });
    expect(run.code).toBeGreaterThan(0);
    expect(run.stderr).toMatch(why);
    expect(await scm.manager().service('Orders').config()).toEqual(before);
    expect((await scm.manager().list()).map(({ name }) => name)).toEqual(['Orders']);
  });

  it('refuse a service that does not exist', async () => {
    expect(await runCli(['admin', 'grant', 'Nope'])).toMatchObject({ code: 1 });
    expect(await runCli(['admin', 'grant'])).toMatchObject({ code: 2 });
  });
});
