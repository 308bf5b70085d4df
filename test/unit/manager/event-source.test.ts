import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createServiceSources } from '../../../src/eventlog/sources/service-sources.ts';
import type { EventSources, EventSourceSettings } from '../../../src/scm/event-log.ts';
import { defineService } from '../../../src/index.ts';
import { createMockScm } from '../../../src/testing/index.ts';
import { runCli } from '../cli/harness.ts';

const spec = { name: 'Orders', imagePath: '"C:\\orders.exe"' };
const sourceChange = { setting: 'eventSource', from: undefined, to: 'Orders (Application)' };
const changesOf = (result: { readonly changes: readonly { readonly setting: string }[] }) =>
  result.changes.filter(({ setting }) => setting === 'eventSource');

describe('the event source of a service', () => {
  it('is made with it, shown in the plan, and there the second time', async () => {
    const manager = createMockScm().manager();
    expect(changesOf(await manager.ensure(spec, { plan: true }))).toEqual([sourceChange]);
    expect(changesOf(await manager.ensure(spec))).toEqual([sourceChange]);
    expect(await manager.ensure(spec)).toMatchObject({ changes: [], warnings: [] });
  });

  it('goes with it, and a later service of the name gets it again', async () => {
    const manager = createMockScm().manager();
    for (let round = 0; round < 2; round++) {
      expect(changesOf(await manager.install(spec))).toEqual([sourceChange]);
      await manager.service('Orders').uninstall();
    }
    await manager.install(spec);
    await manager.service('Orders').uninstall({ keepEventSource: true });
    expect(changesOf(await manager.install(spec))).toEqual([]);
  });

  it('is that of the definition, also where the service is there already', async () => {
    const manager = createMockScm().manager();
    await manager.install({ ...spec, eventSource: false });
    const service = defineService({
      name: 'Orders',
      start: () => undefined,
      eventLog: { source: 'Shop', log: 'Trade' },
    });
    expect(changesOf(await manager.ensure(service))).toEqual([{ ...sourceChange, to: 'Shop (Trade)' }]);
    const silent = defineService({ name: 'Silent', start: () => undefined, eventLog: false });
    expect(changesOf(await manager.install(silent))).toEqual([]);
  });

  it.each([
    ['on demand', { eventSource: false as const }],
    ['for a driver', { type: 'kernelDriver' as const }],
  ])('is not made %s', async (_why, options) => {
    expect(
      changesOf(
        await createMockScm()
          .manager()
          .install({ ...spec, ...options }),
      ),
    ).toEqual([]);
  });

  it('is not touched where an existing service is only changed, and made when it is asked for', async () => {
    const manager = createMockScm().manager();
    await manager.install({ ...spec, eventSource: false });
    expect((await manager.ensure({ ...spec, description: 'x' })).changes).toHaveLength(1);
    expect((await manager.service('Orders').configure({ eventSource: true })).changes).toEqual([sourceChange]);
  });

  it('is missed with one warning that says how to repair it, where there are no rights for it', async () => {
    const scm = createMockScm();
    scm.failNext('RegCreateKeyExW', 'ERROR_ACCESS_DENIED');
    const { created, warnings, changes } = await scm.manager().install(spec);
    expect(created).toBe(true);
    expect(changesOf({ changes })).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/Event Viewer.* 5 .*winsvc config set "Orders" --event-source yes/),
    ]);
    expect(await scm.manager().service('Orders').exists()).toBe(true);
  });

  it('does not keep a removal from being done', async () => {
    const scm = createMockScm();
    await scm.manager().install(spec);
    scm.failNext('RegDeleteKeyExW', 'ERROR_ACCESS_DENIED');
    await scm.manager().service('Orders').uninstall();
    scm.assertSettled();
  });

  it('is an option of the command line', async () => {
    const scm = createMockScm();
    const script = fileURLToPath(new URL('../../../examples/minimal/service.js', import.meta.url));
    const install = ['install', script, '--name', 'Orders', '--event-source'];
    expect((await runCli([...install, 'no'], { scm })).stdout).not.toContain('eventSource');
    expect((await runCli(['config', 'set', 'Orders', '--event-source', 'yes'], { scm })).stdout).toMatch(
      /~ eventSource +\(not set\) → Orders \(Application\)/,
    );
    await runCli(['uninstall', 'Orders', '--keep-event-source'], { scm });
    await runCli(['install', script, '--name', 'Orders'], { scm });
    await runCli(['uninstall', 'Orders'], { scm });
    scm.failNext('RegCreateKeyExW', 'ERROR_ACCESS_DENIED');
    const refused = await runCli(['install', script, '--name', 'Orders'], { scm });
    expect(refused.code).toBe(0);
    expect(refused.stderr).toContain('--event-source yes');
  });
});

describe('the sources in the registry', () => {
  const DLL = 'C:\\orders\\node_modules\\winsvc\\dist\\winsvc-messages.dll';
  function registry(sources: Record<string, Partial<EventSourceSettings>>) {
    const port: EventSources = {
      logs: () => ['Application', 'System'],
      read: (log, source) => (log === 'Application' ? (sources[source] as EventSourceSettings | undefined) : undefined),
      write: (_log, source, settings) => void (sources[source] = { ...sources[source], ...settings }),
      isKnown: () => true,
      remove: (_log, source) => Reflect.deleteProperty(sources, source),
      close: () => undefined,
    };
    return createServiceSources(() => Promise.resolve(port), DLL);
  }

  it('are ours by their message file, wherever it lies', async () => {
    const sources = registry({
      Ours: { messageFile: DLL.toUpperCase() },
      Moved: { messageFile: 'D:\\old\\winsvc-messages.dll' },
      Foreign: { messageFile: '%SystemRoot%\\System32\\EventCreate.exe' },
      Bare: {},
    });
    const log = 'Application';
    expect(await sources.find('Ours')).toEqual({ log, ours: true, upToDate: true });
    expect(await sources.find('Moved')).toEqual({ log, ours: true, upToDate: false });
    expect(await sources.find('Foreign')).toEqual({ log, ours: false, upToDate: true });
    expect(await sources.find('Bare')).toEqual({ log, ours: false, upToDate: true });
    expect(await sources.find('None')).toBeUndefined();
  });

  it('get the message file of this copy', async () => {
    const kept: Record<string, Partial<EventSourceSettings>> = {
      Moved: { messageFile: 'D:\\old\\winsvc-messages.dll' },
    };
    const sources = registry(kept);
    await sources.install('Moved', 'Application');
    await sources.install('New', 'Application');
    expect([kept['Moved']?.messageFile, kept['New']?.messageFile]).toEqual([DLL, DLL]);
    await sources.remove('New', 'Application');
    expect(Object.keys(kept)).toEqual(['Moved']);
  });
});
