import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { failureOf, refusedWith, settingsAre } from '../expect.ts';
import { scenario } from '../stage.ts';

export const install = [
  scenario('installs with safe defaults', async ({ manager, name, spec }) => {
    const own = name();
    const { created, changes } = await manager.install(spec(own));
    equal(created, true);
    ok(changes.some(({ setting, to }) => setting === 'imagePath' && String(to).startsWith('"')));
    const config = await manager.service(own).config();
    settingsAre(config, {
      type: 'ownProcess',
      interactive: false,
      startType: 'auto',
      errorControl: 'normal',
      imagePath: spec(own).imagePath,
      account: `NT SERVICE\\${own}`,
      displayName: own,
      dependencies: [],
      loadOrderGroup: null,
      description: null,
      environment: {},
    });
  }),

  scenario('shows a new service as stopped and never started', async ({ manager, name, spec }) => {
    const own = name();
    await manager.install(spec(own));
    const { state, pid, exit, checkpoint, waitHintMs, accepts, type } = await manager.service(own).status();
    deepEqual(
      { state, pid, exit, checkpoint, waitHintMs, accepts, type },
      {
        state: 'stopped',
        pid: 0,
        exit: { win32: 1077 },
        checkpoint: 0,
        waitHintMs: 0,
        accepts: [],
        type: 'ownProcess',
      },
    );
  }),

  scenario('is refused where the name is taken, whatever its case: 1073', async ({ manager, name, spec }) => {
    const own = name('Taken');
    await manager.install(spec(own));
    await refusedWith(manager.install({ ...spec(own), name: own.toUpperCase() }), 1073, { api: 'CreateServiceW' });
  }),

  scenario('is refused where the display name is taken: 1078', async ({ manager, name, spec }) => {
    const [one, other] = [name(), name()];
    await manager.install({ ...spec(one), displayName: `Shown ${one}` });
    await refusedWith(manager.install({ ...spec(other), displayName: `Shown ${one}` }), 1078, {
      api: 'CreateServiceW',
      service: other,
    });
    equal(await manager.service(other).exists(), false);
  }),

  scenario('is refused with everything that is wrong, before anything is done', async ({ manager, name, spec }) => {
    const own = name();
    const error = await failureOf(
      manager.install({
        ...spec(own),
        startType: 'boot',
        dependencies: [''],
        requiredPrivileges: ['nonsense'],
        triggers: [{ event: 'etw', action: 'start' }],
        account: 'nobody',
      }),
    );
    equal(error.code, 'INVALID_OPTIONS');
    for (const path of ['startType', 'dependencies.0', 'requiredPrivileges.0', 'triggers.0.guid', 'account'])
      match(error.message, new RegExp(`- ${path}: `));
    equal(await manager.service(own).exists(), false);
  }),

  scenario('takes any name, and texts of every language', async ({ manager, name, spec }) => {
    const own = name('Prüfdienst 試験 “€” & Co (1)');
    const displayName = `${own} 🚀 Ünïcödé`;
    const description = 'Zwei Zeilen\r\nund ein “Zitat” 試験 🚀';
    await manager.install({ ...spec(own), displayName, description });
    const service = manager.service(own);
    settingsAre(await service.config(), { displayName, description });
    equal(await service.displayName(), displayName);
    equal(await manager.nameOf(displayName), own);
    equal((await manager.list({ name: own }))[0]?.displayName, displayName);
  }),

  scenario('leaves nothing behind when a setting is refused', async ({ manager, name, spec, refusedSetting }) => {
    const own = name();
    const error = await failureOf(manager.install({ ...spec(own), description: 'a', ...refusedSetting() }));
    equal(error.code, 'WIN32');
    equal(await manager.service(own).exists(), false);
    await manager.install(spec(own));
  }),

  scenario(
    'installs what is stored as it is given, with arguments that need quotes',
    async ({ manager, name, spec }) => {
      const own = name();
      const args = ['plain', 'two words', 'say "hi"', 'C:\\dir with space\\', '', 'tail\\'];
      await manager.install({ name: own, program: { file: 'C:\\Program Files\\a.exe', args } });
      match((await manager.service(own).config()).imagePath, /^"[^"]+" plain "two words" "say \\"hi\\"" /);
      await manager.service(own).configure({ imagePath: spec(own).imagePath });
      equal((await manager.service(own).config()).imagePath, spec(own).imagePath);
    },
  ),
];
