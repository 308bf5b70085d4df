import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import type { ServiceManager, ServiceSpec } from 'winsvc/manager';
import { createMockScm, type MockScm } from 'winsvc/testing';
import { configureService } from '../../../src/manager/settings/configure-service.ts';
import type { ScmClient } from '../../../src/scm/scm-client.ts';
import type { ConfigChange } from '../../../src/scm/service-config.ts';

const PROGRAM = { imagePath: '"C:\\service.exe"' };
const DRIVER = { type: 'kernelDriver', imagePath: 'System32\\drivers\\a.sys' } as const;

function setUp(): { scm: MockScm; manager: ServiceManager } {
  const scm = createMockScm();
  return { scm, manager: scm.manager() };
}

describe('combinations that Windows refuses', () => {
  const COMBINATIONS: [string, Omit<ServiceSpec, 'name'>, path: string][] = [
    ['windows for the default account', { ...PROGRAM, interactive: true }, 'interactive'],
    ['windows for a user', { ...PROGRAM, interactive: true, account: '.\\bob', password: 'x' }, 'interactive'],
    ['windows for LocalService', { ...PROGRAM, interactive: true, account: 'localService' }, 'interactive'],
    ['windows for a driver', { ...DRIVER, interactive: true, account: null }, 'interactive'],
    ['a delayed start in a load order group', { ...PROGRAM, startType: 'delayed', loadOrderGroup: 'G' }, 'startType'],
    ['a delayed driver', { ...DRIVER, startType: 'delayed' }, 'startType'],
    ['a boot start for a service', { ...PROGRAM, startType: 'boot' }, 'startType'],
    ['a shared process for a script', { program: { script: 'a.js' }, type: 'shareProcess' }, 'type'],
    ['a shared process for this program', { type: 'shareProcess' }, 'type'],
    ['a shared process for a line of node', { imagePath: '"C:\\n\\node.exe" a.js', type: 'userShareProcess' }, 'type'],
    ['recovery of a driver', { ...DRIVER, recovery: { actions: [{ type: 'restart' }] } }, 'recovery'],
  ];

  it.each(COMBINATIONS)('%s, in install and ensure', async (_what, options, path) => {
    const { manager } = setUp();
    for (const call of [manager.install, manager.ensure])
      await expect(call.call(manager, { name: 'New', ...options })).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
        message: expect.stringContaining(`- ${path}: `) as string,
      });
    expect(await manager.service('New').exists()).toBe(false);
  });

  it.each<[string, Omit<ServiceSpec, 'name'>, Omit<ServiceSpec, 'name'>]>([
    ['account', { account: 'localSystem', interactive: true }, { account: 'networkService' }],
    ['loadOrderGroup', { startType: 'delayed' }, { loadOrderGroup: 'G' }],
    ['startType', { loadOrderGroup: 'G' }, { startType: 'delayed' }],
    ['imagePath', { type: 'shareProcess' }, { imagePath: '"C:\\node.exe" a.js' }],
  ])('found against what the service has: %s', async (_setting, has, change) => {
    const { manager } = setUp();
    await manager.install({ name: 'Old', ...PROGRAM, ...has });
    const before = await manager.service('Old').config();
    await expect(manager.service('Old').configure(change)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(manager.ensure({ name: 'Old', ...change }, { plan: true })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
    expect(await manager.service('Old').config()).toEqual(before);
  });

  it('protects the process only when that is asked for twice', async () => {
    const { manager } = setUp();
    const spec = { name: 'Guarded', ...PROGRAM, launchProtected: 'antimalwareLight' } as const;
    await expect(manager.ensure(spec)).rejects.toThrow(/allowLaunchProtected/);
    await manager.ensure({ ...spec, allowLaunchProtected: true });
    expect((await manager.ensure(await manager.service('Guarded').config())).changes).toEqual([]);
    await expect(manager.service('Guarded').configure({ launchProtected: 'windows' })).rejects.toThrow(/allow/);
    await manager.service('Guarded').configure({ launchProtected: 'none' });
  });
});

describe('accounts', () => {
  const ACCOUNT = { account: '.\\bob', password: 'secret' };

  it.each(['MOCK\\bob', '.\\BOB', 'mock\\Bob'])('ensure converges for %s', async (account) => {
    const { manager } = setUp();
    await manager.install({ name: 'User', ...PROGRAM, ...ACCOUNT });
    expect((await manager.ensure({ name: 'User', account, password: 'secret' })).changes).toEqual([]);
    const changes = (await manager.ensure({ name: 'User', account: '.\\ann', password: 'x' })).changes;
    expect(changes.map(({ setting }) => setting)).toEqual(['account', 'password']);
  });

  it.each<[string, '' | undefined]>([
    ['localSystem', ''],
    ['localService', ''],
    ['NT AUTHORITY\\Network Service', ''],
    ['virtual', undefined],
    ['NT SERVICE\\User', undefined],
    ['DOMAIN\\managed$', undefined],
  ])('%s is set with the password %j, so that no old one stays stored', async (account, password) => {
    const sent: ConfigChange[] = [];
    const client = {
      readConfig: () => Promise.resolve({ config: { account: '.\\bob', type: 'ownProcess' }, unsupported: [] }),
      accountSid: () => Promise.resolve(undefined),
      grantServiceLogon: () => Promise.resolve(),
      change: (_name: string, change: ConfigChange) => Promise.resolve(void sent.push(change)),
      create: (_name: string, change: ConfigChange) => Promise.resolve(void sent.push(change)),
    } as unknown as ScmClient;
    const run = (mode: 'install' | 'configure') =>
      configureService(
        client,
        {},
        {
          mode,
          name: 'User',
          spec: { ...{ name: 'User' }, ...PROGRAM, account },
          plan: false,
        },
      );
    await run('configure');
    await run('install');
    const withAccount = sent.filter((change) => change.account !== undefined);
    expect(withAccount).toHaveLength(2);
    for (const change of withAccount) expect(change.password).toBe(password);
  });
});

describe('a new service', () => {
  it.each<Partial<ServiceSpec>>([
    { triggers: [] },
    { triggers: null },
    { preferredNode: null },
    { recovery: null },
    { requiredPrivileges: [] },
    { environment: {}, description: '' },
  ])('takes what only clears: %j', async (options) => {
    const { manager } = setUp();
    await manager.install({ name: 'Empty', ...PROGRAM, ...options });
    expect((await manager.ensure({ name: 'Empty', ...PROGRAM, ...options })).changes).toEqual([]);
  });

  it('lives without a NUMA node where the machine has none', async () => {
    const { manager } = setUp();
    const { unsupported, changes } = await manager.install({ name: 'Node', ...PROGRAM, preferredNode: 1 });
    expect(unsupported).toEqual(['preferredNode']);
    expect(changes.map(({ setting }) => setting)).not.toContain('preferredNode');
    expect((await manager.service('Node').configure({ preferredNode: 0 })).unsupported).toEqual(['preferredNode']);
  });
});

describe('a locked service database (1055)', () => {
  it.each<[string, Parameters<MockScm['failNext']>[0], (manager: ServiceManager) => Promise<unknown>]>([
    ['create', 'CreateServiceW', (m) => m.install({ name: 'New', ...PROGRAM })],
    ['change', 'ChangeServiceConfigW', (m) => m.service('S').configure({ errorControl: 'ignore' })],
    ['change a level', 'ChangeServiceConfig2W', (m) => m.service('S').configure({ description: 'x' })],
    ['start', 'StartServiceW', (m) => m.service('S').start()],
    ['stop', 'ControlService', (m) => m.service('Running').stop()],
    ['uninstall', 'DeleteService', (m) => m.service('S').uninstall()],
  ])('is waited for: %s', async (_what, api, call) => {
    const { scm, manager } = setUp();
    const service = defineService<string>({ name: 'S', start: () => undefined });
    await manager.install(service);
    await scm.start(defineService<string>({ name: 'Running', start: () => undefined }));
    for (let i = 0; i < 3; i++) scm.failNext(api, 'ERROR_SERVICE_DATABASE_LOCKED');
    const progress = { over: false };
    const done = call(manager).finally(() => (progress.over = true));
    while (!progress.over) await scm.clock.advance(50);
    await done;
  });

  it('is given up after the timeout', async () => {
    const { scm, manager } = setUp();
    await manager.install({ name: 'S', ...PROGRAM });
    for (let i = 0; i < 100; i++) scm.failNext('StartServiceW', 'ERROR_SERVICE_DATABASE_LOCKED');
    const began = scm.clock.now();
    scm.register('S', defineService<string>({ name: 'S', start: () => undefined }));
    const failed = manager
      .service('S')
      .start({ timeout: '2s' })
      .catch((error: unknown) => error);
    const progress = { over: false };
    void failed.then(() => (progress.over = true));
    while (!progress.over) await scm.clock.advance(50);
    expect(await failed).toMatchObject({ win32Code: 1055 });
    expect(scm.clock.now() - began).toBeGreaterThanOrEqual(2_000);
    expect(scm.clock.now() - began).toBeLessThan(5_000);
  });
});

describe('uninstall', () => {
  it('disables recovery first, and puts it back when the service stays', async () => {
    const { scm, manager } = setUp();
    const service = defineService<string>({
      name: 'Fails',
      start: () => undefined,
      stop() {
        throw new Error('on purpose');
      },
    });
    await manager.install(service);
    await manager.service('Fails').start();
    scm.failNext('DeleteService', 'ERROR_ACCESS_DENIED');
    await expect(manager.service('Fails').uninstall()).rejects.toMatchObject({ win32Code: 5 });
    expect((await manager.service('Fails').config()).recovery?.actions).toHaveLength(3);
    await scm.clock.advance('5m');
    expect(scm.runs('Fails')).toHaveLength(1);
    await manager.service('Fails').uninstall();
    expect(await manager.service('Fails').exists()).toBe(false);
  });
});
