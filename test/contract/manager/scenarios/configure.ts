import { deepEqual, equal, ok } from 'node:assert/strict';
import type { InstallOptions, ServiceSpec } from 'winsvc/manager';
import { failureOf, refusedWith, settingsAre } from '../expect.ts';
import { scenario } from '../stage.ts';

export const configure = [
  scenario('keeps what is undefined', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install({ ...spec(own), description: 'as it was', loadOrderGroup: 'Group', environment: { A: '1' } });
    const service = manager.service(own);
    const before = await service.config();
    await service.configure({ errorControl: 'ignore' });
    deepEqual(await service.config(), { ...before, errorControl: 'ignore' });
  }),

  scenario('clears what is null or empty', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install({
      ...spec(own),
      description: 'text',
      loadOrderGroup: 'Group',
      environment: { A: '1', B: '' },
    });
    const service = manager.service(own);
    settingsAre(await service.config(), {
      description: 'text',
      loadOrderGroup: 'Group',
      environment: { A: '1', B: '' },
    });
    await service.configure({ description: null, loadOrderGroup: null, environment: null });
    settingsAre(await service.config(), { description: null, loadOrderGroup: null, environment: {} });
  }),

  ...roundTrip('the start type on demand', { startType: 'demand' }),
  ...roundTrip('the start type disabled', { startType: 'disabled' }),
  ...roundTrip('the error control', { errorControl: 'critical' }),
  ...roundTrip('the type', { type: 'shareProcess', imagePath: '"C:\\Windows\\System32\\svchost.exe" -k winsvc' }),
  ...roundTrip('the account', { account: 'localService' }, { account: 'NT AUTHORITY\\LocalService' }),
  ...roundTrip('a display name and a description', {
    displayName: `Näme ${'x'.repeat(100)}`,
    description: 'y'.repeat(1_000),
  }),
  ...roundTrip('the load order group', { loadOrderGroup: 'winsvc group' }),
  ...roundTrip('the preshutdown timeout', { preshutdownTimeout: '45s' }, { preshutdownTimeout: 45_000 }),
  ...roundTrip('an environment of its own', { environment: { PATH_LIKE: 'C:\\a;C:\\b', ÜMLAUT: '試験=€' } }),
  ...roundTrip('dependencies', { dependencies: ['RpcSs', '+winsvc group'] }),
  scenario('stores dependencies on services and groups', async ({ manager, name, spec, storedDependencies }) => {
    const own = name();
    await manager.install({ ...spec(own), dependencies: ['RpcSs', 'Other one', '+Group'] });
    deepEqual(await storedDependencies(own), ['RpcSs', 'Other one', '+Group']);
  }),
  scenario('changes dependencies', async ({ manager, name, spec, storedDependencies }) => {
    const own = name();
    await manager.install({ ...spec(own), dependencies: ['RpcSs'] });
    await manager.service(own).configure({ dependencies: ['Other', '+Group'] });
    deepEqual(await storedDependencies(own), ['Other', '+Group']);
  }),
  scenario('clears dependencies', async ({ manager, name, spec, storedDependencies }) => {
    const own = name();
    await manager.install({ ...spec(own), dependencies: ['RpcSs', '+Group'] });
    await manager.service(own).configure({ dependencies: null });
    deepEqual(await storedDependencies(own), []);
  }),
  ...roundTrip('a delayed start', { startType: 'delayed' }),
  ...roundTrip(
    'recovery',
    {
      recovery: {
        actions: [{ type: 'restart', delay: '1s' }, { type: 'runCommand', delay: 0 }, { type: 'none' }],
        resetPeriod: '1h',
        command: 'cmd /c "exit"',
      },
      recoverOnFailureExit: false,
    },
    {
      recovery: {
        actions: [
          { type: 'restart', delay: 1_000 },
          { type: 'runCommand', delay: 0 },
          { type: 'none', delay: 0 },
        ],
        resetPeriod: 3_600_000,
        command: 'cmd /c "exit"',
        rebootMessage: null,
      },
      recoverOnFailureExit: false,
    },
  ),
  ...roundTrip('the SID type', { sidType: 'restricted' }),
  ...roundTrip('privileges', { requiredPrivileges: ['SeChangeNotifyPrivilege'] }),
  ...roundTrip('triggers', {
    triggers: [
      { event: 'firstIpAddress', action: 'start' },
      { event: 'namedPipeEndpoint', action: 'start', data: [{ type: 'text', value: ['pipe'] }] },
    ],
  }),

  scenario(
    'names the settings that this system does not know, and leaves them alone',
    async ({ manager, name, spec }) => {
      const own = name();
      await manager.install(spec(own));
      const service = manager.service(own);
      const { unsupported } = await service.config();
      ok(
        ['sidType', 'triggers', 'requiredPrivileges', 'recovery'].every((it) => (unsupported as string[]).includes(it)),
      );
      const result = await service.configure({ sidType: 'restricted', description: 'set all the same' });
      deepEqual(result.unsupported, ['sidType']);
      deepEqual(
        result.changes.map(({ setting }) => setting),
        ['description'],
      );
      equal((await service.config()).description, 'set all the same');
      const other = name();
      const installed = await manager.install({ ...spec(other), sidType: 'restricted', description: 'all the same' });
      ok(installed.unsupported.includes('sidType'));
      ok(!installed.changes.some(({ setting }) => setting === 'sidType'));
      equal((await manager.service(other).config()).description, 'all the same');
    },
  ),

  scenario(
    'puts back what it changed when a later part is refused',
    async ({ manager, name, spec, refusedSetting }) => {
      const own = name();
      await manager.install({
        ...spec(own),
        description: 'before',
        displayName: `Before ${own}`,
        environment: { A: '1' },
      });
      const service = manager.service(own);
      const before = await service.config();
      const error = await failureOf(
        service.configure({
          description: 'after',
          displayName: `After ${own}`,
          errorControl: 'severe',
          environment: null,
          ...refusedSetting(),
        }),
      );
      equal(error.code, 'WIN32');
      deepEqual(await service.config(), before);
    },
  ),

  scenario('says what it would do, and does nothing, with plan', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install({ ...spec(own), description: 'before' });
    const service = manager.service(own);
    const before = await service.config();
    const { planned, changes } = await service.configure({ description: 'after' }, { plan: true });
    deepEqual(
      { planned, changes },
      { planned: true, changes: [{ setting: 'description', from: 'before', to: 'after' }] },
    );
    deepEqual(await service.config(), before);
  }),

  scenario('is refused for a service that does not exist: 1060', async ({ manager, name }) => {
    const own = name();
    await refusedWith(manager.service(own).configure({ description: 'x' }), 1060, {
      api: 'OpenServiceW',
      service: own,
    });
    await refusedWith(manager.service(own).config(), 1060, { api: 'OpenServiceW', service: own });
  }),
];

/** What goes in comes out: of `install`, and of `configure`; and a second time there is nothing to do. */
function roundTrip(
  what: string,
  options: Omit<ServiceSpec, 'name'> & InstallOptions,
  expected: Record<string, unknown> = { ...options },
) {
  return [
    scenario(`gives back ${what}`, async ({ manager, name, spec }) => {
      const [one, other] = [name(), name()];
      await manager.install({ ...spec(one), ...options });
      settingsAre(await manager.service(one).config(), expected);
      await manager.service(one).uninstall();
      await manager.install(spec(other));
      const service = manager.service(other);
      await service.configure(options);
      settingsAre(await service.config(), expected);
      deepEqual((await service.configure(options)).changes, []);
      deepEqual((await manager.ensure({ ...spec(other), ...options })).changes, []);
    }),
  ];
}
