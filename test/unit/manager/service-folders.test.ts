import { describe, expect, it } from 'vitest';
import { dirname, join } from 'node:path';
import { defineService } from '../../../src/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { runCli } from '../cli/harness.ts';

const spec = { name: 'Orders', imagePath: '"C:\\orders.exe"' };
const here = (path: string) => join(dirname(process.argv[1] ?? ''), path);

describe('the folders of a service', () => {
  it('are prepared for its name and account at install', async () => {
    const scm = createMockScm();
    expect((await scm.manager().install(spec)).warnings).toEqual([]);
    expect(scm.folders.prepared).toEqual([{ service: 'Orders', account: 'NT SERVICE\\Orders' }]);
  });

  it.each(['configure', 'ensure'] as const)('are prepared again when the account changes by %s', async (mode) => {
    const scm = createMockScm();
    const manager = scm.manager();
    await manager.install(spec);
    const account = 'NT AUTHORITY\\LocalService';
    if (mode === 'configure') await manager.service('Orders').configure({ account });
    else await manager.ensure({ ...spec, account });
    expect(scm.folders.prepared.slice(1)).toEqual([
      { service: 'Orders', account, previousAccount: 'NT SERVICE\\Orders' },
    ]);
  });

  it('are prepared when the sidType changes, for the account that the service has', async () => {
    const scm = createMockScm();
    await scm.manager().install({ ...spec, account: 'LocalSystem' });
    await scm.manager().service('Orders').configure({ sidType: 'restricted' });
    expect(scm.folders.prepared.at(-1)).toMatchObject({ service: 'Orders', account: 'LocalSystem' });
    expect(scm.folders.prepared).toHaveLength(2);
  });

  it('are prepared when the same account is set again, which repairs them', async () => {
    const scm = createMockScm();
    await scm.manager().install(spec);
    await scm.manager().service('Orders').configure({ account: 'virtual' });
    expect(scm.folders.prepared).toHaveLength(2);
  });

  it('are left alone by a plan, by other changes, by a driver and on another machine', async () => {
    const scm = createMockScm();
    await scm.manager().ensure(spec, { plan: true });
    await scm.manager().install({ name: 'Disk', imagePath: 'C:\\disk.sys', type: 'kernelDriver' });
    await scm.manager({ machine: 'SERVER2' }).install({ ...spec, name: 'Far' });
    expect(scm.folders.prepared).toEqual([]);
    await scm.manager().install(spec);
    await scm.manager().ensure(spec);
    await scm.manager().service('Orders').configure({ description: 'x', startType: 'demand' });
    expect(scm.folders.prepared).toHaveLength(1);
  });

  it('are also those that the definition names, from the folder of the program', async () => {
    const scm = createMockScm();
    const service = defineService({
      name: 'Orders',
      start: () => undefined,
      logging: { dir: 'D:\\Logs' },
      crashReport: { dir: 'reports' },
    });
    await scm.manager().install(service);
    expect(scm.folders.prepared.at(-1)?.folders).toEqual(['D:\\Logs', here('reports')]);
    await runCli(['config', 'set', '--account', 'LocalService'], { scm, service });
    expect(scm.folders.prepared.at(-1)).toMatchObject({ folders: ['D:\\Logs', here('reports')] });
    expect(scm.folders.prepared).toHaveLength(2);
  });

  it('may be named by the spec', async () => {
    const scm = createMockScm();
    await scm.manager().install({ ...spec, folders: ['E:\\data'] });
    expect(scm.folders.prepared.at(-1)?.folders).toEqual(['E:\\data']);
    await expect(scm.manager().ensure({ ...spec, folders: [''] })).rejects.toThrow('folders');
  });

  it('give a warning with the repair when they can’t be prepared; the service is installed', async () => {
    const scm = createMockScm();
    scm.failNext('SetSecurityInfo', 'ERROR_ACCESS_DENIED');
    const { warnings, created } = await scm.manager().install(spec);
    expect(created).toBe(true);
    expect(warnings).toEqual([
      expect.stringContaining('winsvc config set "Orders" --account "NT SERVICE\\Orders"') as string,
    ]);
  });
});

describe('doctor', () => {
  it('asks for the account, the sidType and the folders of the definition', async () => {
    const scm = createMockScm();
    const service = defineService({ name: 'Orders', start: () => undefined, logging: { dir: 'own' } });
    await scm.manager().install({ ...spec, sidType: 'restricted' });
    const asked: unknown[] = [];
    await runCli(['doctor'], {
      scm,
      service,
      probe: { folders: (request) => Promise.resolve((asked.push(request), { value: [] })) },
    });
    expect(asked).toEqual([
      { service: 'Orders', account: 'NT SERVICE\\Orders', restricted: true, folders: [here('own')] },
    ]);
  });
});
