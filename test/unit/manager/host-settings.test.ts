import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from '../../../src/manager/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';

const spec = (host: unknown): ServiceSpec => ({
  name: 'Orders',
  program: { file: 'C:\\node.exe', script: 'C:\\app\\server.js' },
  host: host as NonNullable<ServiceSpec['host']>,
});

describe('the settings of a hosted program', () => {
  it('are installed, read, and part of the diff', async () => {
    const manager = createMockScm().manager();
    await manager.install(spec({ ready: 'listen', cwd: undefined, env: { B: '1' } }));
    expect((await manager.service('Orders').config()).host).toEqual({ ready: 'listen', env: { B: '1' } });
    expect((await manager.ensure(spec({ env: { B: '1' }, ready: 'listen' }))).changes).toEqual([]);
    const { changes } = await manager.ensure(spec({ ready: 'loaded' }));
    expect(changes).toEqual([{ setting: 'host', from: { ready: 'listen', env: { B: '1' } }, to: { ready: 'loaded' } }]);
    await manager.service('Orders').configure({ host: null });
    expect((await manager.service('Orders').config()).host).toBeNull();
  });

  it('make the program load the host, once', async () => {
    const manager = createMockScm().manager();
    await manager.install(spec({}));
    const { imagePath } = await manager.service('Orders').config();
    expect(imagePath.match(/--require=\S*hosted\.cjs/g)).toHaveLength(1);
    const own = { file: 'C:\\node.exe', script: 'C:\\a.js', nodeArgs: ['--require=C:\\x\\dist\\hosted.cjs'] };
    await manager.service('Orders').configure({ program: own, host: {} });
    expect((await manager.service('Orders').config()).imagePath.match(/hosted\.cjs/g)).toHaveLength(1);
    await manager.service('Orders').configure({ program: { file: 'C:\\node.exe', script: 'C:\\a.js' }, host: null });
    expect((await manager.service('Orders').config()).imagePath).not.toContain('hosted');
  });

  it('that are wrong are all named, and nothing is installed', async () => {
    const manager = createMockScm().manager();
    const wrong = {
      ready: 'soon',
      exitCodes: { x: 'stopped' },
      timeouts: { start: 'long' },
      waitFor: [{ tcp: 'db' }, { file: 'a', url: 'http://b/' }],
      hang: { timeout: 5 },
      unknown: 1,
    };
    const refused = manager.install(spec(wrong));
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    const { message } = await refused.then(
      () => ({ message: '' }),
      (error: unknown) => error as Error,
    );
    for (const path of ['ready', 'exitCodes.x', 'timeouts.start', 'waitFor.0.tcp', 'waitFor.1', 'hang', 'unknown'])
      expect(message).toContain(`host.${path}`);
    expect(await manager.list({ state: 'all' })).toEqual([]);
  });

  it('are for scripts of Node', async () => {
    const manager = createMockScm().manager();
    await expect(manager.install({ ...spec({}), program: { file: 'C:\\app.exe' } })).rejects.toThrow(/program\.script/);
    for (const host of ['auto', 5, []]) await expect(manager.install(spec(host))).rejects.toThrow(/host: must be/);
  });
});
