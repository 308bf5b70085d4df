import { describe, expect, it } from 'vitest';
import { defineService, type Service } from 'winsvc';
import { createMockScm } from 'winsvc/testing';

const PROGRAM = { imagePath: '"C:\\service.exe"' };
const simple = (name: string): Service<string> =>
  defineService<string>({ name, start: () => undefined, stop: () => undefined });

describe('manager() of the mock SCM', () => {
  it('runs what was installed from a definition', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    const service = defineService({
      name: 'Orders',
      start: () => undefined,
      commands: { rotate: { code: 200, run: () => undefined } },
    });
    await manager.install(service);
    await manager.service(service).start({ args: ['a'] });
    expect(scm.runs('orders')[0]?.args).toEqual(['a']);
    expect((await manager.service(service).command('rotate')).state).toBe('running');
    await manager.service('ORDERS').stop();
    scm.assertSettled();
  });

  it('knows a service that was only started', async () => {
    const scm = createMockScm();
    const run = await scm.start(simple('Started'));
    const status = await scm.manager().service('Started').status();
    expect(status).toMatchObject({ state: 'running', accepts: ['stop', 'shutdown'] });
    expect(status.pid).toBeGreaterThan(0);
    await run.stop();
    expect(await scm.manager().service('Started').status()).toMatchObject({
      state: 'stopped',
      pid: 0,
      exit: { win32: 0 },
    });
  });

  it('refuses to start what it has no program for, and names the fix', async () => {
    const scm = createMockScm();
    await scm.manager().install({ name: 'Bare', ...PROGRAM });
    await expect(scm.manager().service('Bare').start()).rejects.toMatchObject({
      code: 'MOCK_MISUSE',
      message: expect.stringMatching(/scm\.register\("Bare"/) as string,
    });
  });

  it('obeys the configuration when a test starts the service', async () => {
    const scm = createMockScm();
    await scm.manager().install({ name: 'Off', ...PROGRAM, startType: 'disabled' });
    await expect(scm.start(simple('Off'))).rejects.toMatchObject({ win32Code: 1058 });
  });

  it('wakes who waits when the state changes, without any time passing', async () => {
    const scm = createMockScm();
    const service = simple('Woken');
    await scm.manager().install(service);
    const waiting = scm.manager().service('Woken').waitFor('running');
    await scm.start(service);
    await waiting;
    const before = scm.clock.now();
    await scm.manager().service('Woken').stop();
    expect(scm.clock.now()).toBe(before);
    expect(scm.clock.pending).toBe(0);
  });

  it('hands out copies of what it stores', async () => {
    const manager = createMockScm().manager();
    const value = Uint8Array.of(1, 2);
    const guid = '{01234567-89ab-cdef-0102-030405060708}';
    await manager.install({
      name: 'Copied',
      ...PROGRAM,
      triggers: [{ event: 'etw', action: 'start', guid, data: [{ type: 'binary', value }] }],
    });
    value[0] = 9;
    const one = await manager.service('Copied').config();
    (one.dependencies as string[]).push('never');
    const data = (await manager.service('Copied').config()).triggers?.[0]?.data?.[0];
    expect(data).toEqual({ type: 'binary', value: Uint8Array.of(1, 2) });
    expect((await manager.service('Copied').config()).dependencies).toEqual([]);
  });

  it('recovers by the configuration that is installed', async () => {
    const scm = createMockScm();
    const service = simple('Recovers');
    await scm
      .manager()
      .install({ name: 'Recovers', ...PROGRAM, recovery: { actions: [{ type: 'restart', delay: '5s' }] } });
    const run = await scm.start(service);
    run.kill();
    await scm.clock.advance('5s');
    expect(scm.runs('Recovers')).toHaveLength(2);
    await scm.manager().service('Recovers').configure({ recovery: null });
    scm.runs('Recovers')[1]?.kill();
    await scm.clock.advance('1h');
    expect(scm.runs('Recovers')).toHaveLength(2);
  });

  it('does not recover what was deleted meanwhile', async () => {
    const scm = createMockScm();
    await scm
      .manager()
      .install({ name: 'Gone', ...PROGRAM, recovery: { actions: [{ type: 'restart', delay: '5s' }] } });
    const run = await scm.start(simple('Gone'));
    run.kill();
    await scm.manager().service('Gone').uninstall();
    await scm.clock.advance('1m');
    expect(scm.runs('Gone')).toHaveLength(1);
  });
});

describe('the rules of the mock SCM', () => {
  it.each([
    ['an account without its password', { account: '.\\user' }, 1057],
    ['a circle of dependencies', { dependencies: ['Self'] }, 1059],
  ])('refuses %s', async (_, options, win32Code) => {
    const manager = createMockScm().manager();
    await expect(manager.install({ name: 'Self', ...PROGRAM, ...options })).rejects.toMatchObject({ win32Code });
    expect(await manager.service('Self').exists()).toBe(false);
  });

  it('takes a user with a password, and lets nobody read it', async () => {
    const manager = createMockScm().manager();
    const { changes } = await manager.install({ name: 'User', ...PROGRAM, account: '.\\user', password: 'top secret' });
    expect(JSON.stringify([changes, await manager.service('User').config()])).not.toContain('top secret');
    expect((await manager.service('User').configure({ password: 'another' })).changes).toEqual([
      { setting: 'password', from: '(hidden)', to: '(hidden)' },
    ]);
  });

  it('starts what a service depends on: 1075 when it is missing, 1068 when it fails', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    await manager.install({ name: 'Top', ...PROGRAM, dependencies: ['Base'] });
    scm.register('Top', simple('Top'));
    await expect(manager.service('Top').start()).rejects.toMatchObject({ win32Code: 1075 });
    await manager.install({ name: 'Base', ...PROGRAM, startType: 'disabled' });
    scm.register('Base', simple('Base'));
    await expect(manager.service('Top').start()).rejects.toMatchObject({ win32Code: 1068 });
    await manager.service('Base').configure({ startType: 'demand' });
    await manager.service('Top').start();
    expect((await manager.service('Base').status()).state).toBe('running');
    await expect(scm.runs('Base')[0]?.control('stop')).rejects.toMatchObject({ win32Code: 1051 });
  });

  it('is content with one running member of a group', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    for (const [name, startType] of [
      ['Off', 'disabled'],
      ['On', 'demand'],
    ] as const) {
      await manager.install({ name, ...PROGRAM, startType, loadOrderGroup: 'Group' });
      scm.register(name, simple(name));
    }
    await manager.install({ name: 'Member', ...PROGRAM, dependencies: ['+Group'] });
    scm.register('Member', simple('Member'));
    await manager.service('Member').start();
    expect((await manager.list({ state: 'active' })).map(({ name }) => name)).toEqual(['On', 'Member']);
  });

  it('tells of handles that are still held', async () => {
    const scm = createMockScm();
    await scm.manager().install({ name: 'Held', ...PROGRAM });
    const release = scm.hold('Held');
    expect(() => scm.assertSettled()).toThrow(/"Held" is still held/);
    release();
    scm.assertSettled();
    expect(() => scm.hold('nobody')).toThrow(expect.objectContaining({ code: 'MOCK_MISUSE' }));
  });
});

describe('a setting that the system does not have', () => {
  it('is left alone and named, by install as by configure', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    scm.failNext('ChangeServiceConfig2W', 'ERROR_INVALID_LEVEL');
    const result = await manager.install({ name: 'Orders', ...PROGRAM, description: 'kept', sidType: 'restricted' });
    expect(result.unsupported).toEqual(['description']);
    expect(result.changes.map(({ setting }) => setting)).not.toContain('description');
    expect(await manager.service('Orders').config()).toMatchObject({ description: null, sidType: 'restricted' });
  });

  it('is no reason to leave a service behind when another is refused', async () => {
    const scm = createMockScm();
    const manager = scm.manager();
    scm.failNext('ChangeServiceConfig2W', 'ERROR_INVALID_LEVEL');
    scm.failNext('SetServiceObjectSecurity', 'ERROR_ACCESS_DENIED');
    const spec = { name: 'Orders', ...PROGRAM, description: 'x', securityDescriptor: 'D:(A;;GA;;;WD)' };
    await expect(manager.install(spec)).rejects.toMatchObject({ win32Code: 5 });
    expect(await manager.service('Orders').exists()).toBe(false);
  });
});

describe('failNext', () => {
  const CALLS = {
    OpenSCManagerW: (m) => m.list(),
    OpenServiceW: (m) => m.service('S').status(),
    CreateServiceW: (m) => m.install({ name: 'Other', ...PROGRAM }),
    DeleteService: (m) => m.service('S').uninstall(),
    StartServiceW: (m) => m.service('S').start(),
    QueryServiceStatusEx: (m) => m.service('S').status(),
    QueryServiceConfigW: (m) => m.service('S').config(),
    QueryServiceConfig2W: (m) => m.service('S').config(),
    QueryServiceObjectSecurity: (m) => m.service('S').config(),
    RegQueryValueExW: (m) => m.service('S').config(),
    ChangeServiceConfigW: (m) => m.service('S').configure({ errorControl: 'ignore' }),
    ChangeServiceConfig2W: (m) => m.service('S').configure({ description: 'x' }),
    SetServiceObjectSecurity: (m) => m.service('S').configure({ securityDescriptor: 'D:(A;;GA;;;WD)' }),
    RegSetValueExW: (m) => m.service('S').configure({ environment: { A: '1' } }),
    EnumServicesStatusExW: (m) => m.list(),
    EnumDependentServicesW: (m) => m.service('S').dependents(),
    GetServiceDisplayNameW: (m) => m.service('S').displayName(),
    GetServiceKeyNameW: (m) => m.nameOf('S'),
    LsaOpenPolicy: (m) => m.install({ name: 'Other', ...PROGRAM, account: 'DOMAIN\\g$' }),
    LsaAddAccountRights: (m) => m.install({ name: 'Other', ...PROGRAM, account: 'DOMAIN\\g$' }),
  } satisfies Partial<
    Record<
      Parameters<ReturnType<typeof createMockScm>['failNext']>[0],
      (m: ReturnType<ReturnType<typeof createMockScm>['manager']>) => Promise<unknown>
    >
  >;

  it.each(Object.entries(CALLS))('makes %s fail, once', async (api, call) => {
    const scm = createMockScm();
    const manager = scm.manager();
    await manager.install(simple('S'));
    scm.failNext(api as keyof typeof CALLS, 'ERROR_INVALID_HANDLE');
    await expect(call(manager)).rejects.toMatchObject({ api, win32Code: 6 });
    await call(manager);
    expect(scm.runs('S').every((run) => run.state !== 'stopped')).toBe(true);
  });
});

describe('without an administrator’s rights', () => {
  it('looks, and is refused everything else with the access that it asked for: 5', async () => {
    const scm = createMockScm({ elevated: false });
    await scm.start(simple('Mine'));
    const manager = scm.manager();
    const service = manager.service('Mine');
    await Promise.all([
      service.status(),
      service.config(),
      service.dependents(),
      service.displayName(),
      manager.list(),
      service.interrogate(),
    ]);
    await expect(service.stop()).rejects.toMatchObject({ win32Code: 5, api: 'OpenServiceW', access: 'SERVICE_STOP' });
    await expect(service.pause()).rejects.toMatchObject({ win32Code: 5, access: 'SERVICE_PAUSE_CONTINUE' });
    await expect(service.command(200)).rejects.toMatchObject({ win32Code: 5, access: 'SERVICE_USER_DEFINED_CONTROL' });
    await expect(service.start()).rejects.toMatchObject({ win32Code: 5, access: 'SERVICE_START' });
    await expect(service.configure({ description: 'x' })).rejects.toMatchObject({
      win32Code: 5,
      access: 'SERVICE_CHANGE_CONFIG',
    });
    await expect(manager.install({ name: 'New', ...PROGRAM })).rejects.toMatchObject({
      win32Code: 5,
      api: 'OpenSCManagerW',
      access: 'SC_MANAGER_CREATE_SERVICE',
      hint: expect.stringMatching(/administrator/i) as string,
    });
  });
});

describe('a manager that is closed', () => {
  it('refuses everything', async () => {
    const manager = createMockScm().manager();
    await manager.install({ name: 'S', ...PROGRAM });
    const service = manager.service('S');
    await manager.close();
    await manager.close();
    await expect(manager.list()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(manager.install({ name: 'T', ...PROGRAM })).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(service.status()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
