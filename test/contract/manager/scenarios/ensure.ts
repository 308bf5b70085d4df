import { deepEqual, equal, ok } from 'node:assert/strict';
import type { ServiceSpec } from 'winsvc/manager';
import { failureOf, settingsAre } from '../expect.ts';
import { scenario } from '../stage.ts';

/** Settings of a hosted program, with what gets lost first. */
const HOST: NonNullable<ServiceSpec['host']> = {
  env: { NAME: 'Größe "🚀" %PATH%' },
  ready: { port: 3000 },
  exitCodes: { 0: 'stopped' },
  timeouts: { start: '1m' },
  waitFor: [{ file: 'C:\\a b\\c' }],
};

export const ensure = [
  scenario('installs what is not there, and then has nothing to do', async ({ manager, name, spec }) => {
    const own = name();
    const wanted = { ...spec(own), description: 'as wanted', startType: 'demand' as const };
    equal((await manager.ensure(wanted)).created, true);
    const { created, changes } = await manager.ensure(wanted);
    deepEqual({ created, changes }, { created: false, changes: [] });
  }),

  scenario('changes what differs, and only that', async ({ manager, name, spec }) => {
    const own = name();
    await manager.ensure({ ...spec(own), description: 'one', startType: 'demand', loadOrderGroup: 'kept' });
    const { changes } = await manager.ensure({ ...spec(own), description: 'two', startType: 'demand' });
    deepEqual(changes, [{ setting: 'description', from: 'one', to: 'two' }]);
    settingsAre(await manager.service(own).config(), {
      description: 'two',
      startType: 'demand',
      loadOrderGroup: 'kept',
    });
  }),

  scenario('takes what config() gives, and changes nothing', async ({ manager, name, spec }) => {
    const own = name();
    await manager.ensure({ ...spec(own), description: 'kept', environment: { A: '1', '=C:': 'C:\\' }, host: HOST });
    const config = await manager.service(own).config();
    deepEqual((await manager.ensure(config)).changes, []);
    deepEqual((await manager.service(own).configure(config)).changes, []);
    deepEqual(await manager.service(own).config(), config);
  }),

  scenario('is done after one time, whatever the value', async ({ manager, name, spec }) => {
    const own = name();
    const values: Omit<ServiceSpec, 'name'>[] = [
      { description: '' },
      { description: ' a\ttext\n' },
      { description: null },
      { displayName: `Ünïcödé 🚀 ${own}` },
      { loadOrderGroup: 'Some group' },
      { loadOrderGroup: null },
      { environment: { PATH: '', 'a b': 'c=d', '=C:': 'C:\\' } },
      { environment: {} },
      { environment: null },
      { host: {} },
      { host: HOST },
      { host: null },
      { preshutdownTimeout: 0 },
      { preshutdownTimeout: 1_234.5 },
      { preshutdownTimeout: 2 ** 32 - 1 },
      { startType: 'disabled' },
      { errorControl: 'ignore' },
      { account: 'Local Service' },
      { account: '.\\LocalSystem' },
      { account: 'virtual' },
      { imagePath: 'C:\\unquoted path\\a.exe  -x ' },
      { recovery: null },
      { recovery: { actions: [{ type: 'restart', delay: '1.5s' }], resetPeriod: 1_500 } },
      { recovery: { actions: [], resetPeriod: '1d', command: 'cmd' } },
      { requiredPrivileges: ['SeShutdownPrivilege', 'SeChangeNotifyPrivilege', 'SeShutdownPrivilege'] },
      { triggers: [] },
      { preferredNode: null },
    ];
    await manager.ensure(spec(own));
    for (const value of values) {
      await manager.ensure({ name: own, ...value });
      deepEqual((await manager.ensure({ name: own, ...value })).changes, [], JSON.stringify(value));
    }
  }),

  scenario('sets a security descriptor once', async ({ manager, name, spec }) => {
    const own = name();
    await manager.ensure(spec(own));
    for (const securityDescriptor of ['D:(A;;GA;;;BA)(A;;GR;;;S-1-5-11)', 'D:(A;;GA;;;SY)(A;;GA;;;BA)']) {
      const first = await manager.ensure({ name: own, securityDescriptor });
      deepEqual(
        first.changes.map(({ setting }) => setting),
        ['securityDescriptor'],
      );
      deepEqual((await manager.ensure({ name: own, securityDescriptor })).changes, []);
    }
  }),

  scenario('only plans, when asked to', async ({ manager, name, spec }) => {
    const own = name();
    const { created, planned, changes } = await manager.ensure(spec(own), { plan: true });
    deepEqual({ created, planned }, { created: true, planned: true });
    ok(changes.length > 3);
    equal(await manager.service(own).exists(), false);
  }),

  scenario('takes the same account in other words for the same', async ({ manager, name, spec }) => {
    const own = name();
    await manager.ensure({ ...spec(own), account: 'localSystem' });
    deepEqual((await manager.ensure({ ...spec(own), account: 'LocalSystem' })).changes, []);
    await manager.ensure({ ...spec(own), account: 'networkService' });
    deepEqual((await manager.ensure({ ...spec(own), account: 'NT AUTHORITY\\Network Service' })).changes, []);
  }),

  scenario('leaves a service as it was when a change is refused', async ({ manager, name, spec, refusedSetting }) => {
    const own = name();
    await manager.ensure({ ...spec(own), description: 'one' });
    const before = await manager.service(own).config();
    const error = await failureOf(manager.ensure({ ...spec(own), description: 'two', ...refusedSetting() }));
    equal(error.code, 'WIN32');
    deepEqual(await manager.service(own).config(), before);
  }),
];
