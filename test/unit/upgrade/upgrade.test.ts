import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { customCheck } from '../../../src/health/index.ts';
import { rollbackWith } from '../../../src/upgrade/rollback.ts';
import { upgradeWith } from '../../../src/upgrade/upgrade.ts';
import type { UpgradeOptions } from '../../../src/upgrade/upgrade-options.ts';
import type { UpgradeParts } from '../../../src/upgrade/upgrade-parts.ts';
import type { SwitchResult } from '../../../src/upgrade/upgrade-result.ts';
import { type Behavior, SERVICE, World } from './world.ts';

let world: World;
afterEach(() => world.remove());

function writeText(file: string, text: string): string {
  writeFileSync(file, text, 'latin1');
  return file;
}

function writeIn(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A world whose service runs release 1.0.0. */
async function running(behavior?: Behavior): Promise<World> {
  world = await World.create(behavior);
  await world.play(world.scm.manager().service(SERVICE).start());
  return world;
}

function upgrade(
  behavior: Behavior,
  options: Partial<UpgradeOptions> = {},
  parts: Partial<UpgradeParts> = {},
): Promise<SwitchResult> {
  const from = world.writeRelease(`build ${behavior.version}`, behavior);
  return world.play(upgradeWith(world.parts(parts), world.options({ from, ...options })));
}

describe('upgradeService', () => {
  it('puts a release beside the old one, points the service at it, and starts it', async () => {
    await running();
    const result = await upgrade({ version: '2.0.0' });
    expect(result).toMatchObject({ from: 'Orders Größe', to: '2.0.0', started: true, planned: false, warnings: [] });
    expect(result.folder).toBe(join(world.root, '2.0.0'));
    expect(await world.points()).toBe('2.0.0');
    expect(await world.runs()).toBe('2.0.0');
    // The load guard isn't in the new release.
    expect(result.imagePath).toBe(`"/opt/node" "${join(world.root, '2.0.0', 'main.js')}" run`);
    expect(world.state).toMatchObject({ current: '2.0.0', garbage: [] });
    expect(world.state.pending).toBeUndefined();
    expect(world.records).toEqual([
      {
        severity: 'info',
        id: 120,
        message: expect.stringMatching(/upgrade from release .* to 2\.0\.0 done, down for/) as string,
      },
    ]);
  });

  it('measures the downtime from the stop until the new release runs, and until it is ready', async () => {
    await running();
    let ready = false;
    world.scm.clock.setTimeout(() => (ready = true), 5_000);
    const { times } = await upgrade(
      { version: '2.0.0' },
      { readyChecks: [customCheck('warm', () => ready)], stableFor: '1s' },
    );
    expect(times?.stoppedMs).toBeLessThanOrEqual(times?.runningMs ?? 0);
    expect(times?.readyMs).toBeGreaterThanOrEqual(4_500);
    expect(times?.runningMs).toBeLessThan(1_000);
  });

  it.each<[string, Behavior, Partial<UpgradeOptions>, RegExp]>([
    [
      'fails in its start',
      { version: '2.0.0', start: 'throws' },
      {},
      /did not become running: it stopped with exit code 1064/,
    ],
    [
      'never gets through its start',
      { version: '2.0.0', start: 'hangs' },
      { startTimeout: '5s' },
      /it is startPending after 5 s/,
    ],
    [
      'is running and never ready',
      { version: '2.0.0' },
      { readyChecks: [customCheck('db', () => false)], readyTimeout: '4s' },
      /is running but not ready after 4 s: db/,
    ],
    [
      'fails while it is watched',
      { version: '2.0.0', failsAfterMs: 2_000 },
      { stableFor: '10s' },
      /after it had been running/,
    ],
    [
      'never gets through its stop, and is not ready',
      { version: '2.0.0', stop: 'hangs' },
      { readyChecks: [customCheck('db', () => false)], readyTimeout: '1s', stopTimeout: '3s' },
      /not ready/,
    ],
  ])('goes back to the old release when the new one %s', async (_title, behavior, options, why) => {
    await running();
    const began = world.scm.clock.now();
    const error = await upgrade(behavior, options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'UPGRADE_FAILED',
      message: expect.stringMatching(why) as string,
      details: { restored: true, from: 'Orders Größe', to: '2.0.0' },
    });
    expect(await world.runs()).toBe('1.0.0');
    expect(await world.points()).toBe('1.0.0');
    expect(world.folders).toEqual([]);
    expect(world.records.map(({ severity, id }) => [severity, id])).toEqual([
      ['error', 121],
      ['warn', 122],
    ]);
    // Start timeout, readiness, or stop of the new release, and 2 s.
    expect(world.scm.clock.now() - began).toBeLessThan(5_000 + 2_000);
  });

  it('leaves a stopped service stopped, unless asked to start it', async () => {
    world = await World.create();
    expect(await upgrade({ version: '2.0.0' })).toMatchObject({ started: false, to: '2.0.0' });
    expect(await world.runs()).toBeUndefined();
    expect(await world.points()).toBe('2.0.0');
    expect(world.started).toEqual([]);
    expect(await upgrade({ version: '3.0.0' }, { start: true })).toMatchObject({ started: true });
    expect(await world.runs()).toBe('3.0.0');
    const broken = upgrade({ version: '4.0.0', start: 'throws' }, { start: true });
    await expect(broken).rejects.toMatchObject({ details: { restored: true } });
  });

  it('says how to adopt a service without releases, and changes nothing', async () => {
    await running();
    await expect(upgrade({ version: '2.0.0' }, { adopt: false })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('--adopt') as string,
    });
    expect(existsSync(world.root)).toBe(false);
    expect(world.started).toEqual(['1.0.0']);
    // Once it has releases, no more.
    await upgrade({ version: '2.0.0' });
    expect(await upgrade({ version: '2.1.0' }, { adopt: false })).toMatchObject({ from: '2.0.0', to: '2.1.0' });
  });

  it('plans without changing anything', async () => {
    await running();
    const { steps, planned } = await upgrade(
      { version: '2.0.0' },
      { plan: true, stableFor: '1m', readyUrl: 'http://localhost:1/' },
    );
    expect(planned).toBe(true);
    expect(steps).toEqual([
      `keep ${world.app} as release Orders Größe`,
      `copy ${join(world.dir, 'build 2.0.0')} to ${join(world.root, '2.0.0')}`,
      'stop release Orders Größe',
      expect.stringMatching(/^change the command line to /),
      'start release 2.0.0',
      'wait until it is ready: http://localhost:1/',
      'watch it for 1m',
    ]);
    expect(existsSync(world.root)).toBe(false);
    expect(world.started).toEqual(['1.0.0']);
  });

  it('keeps as many releases as asked, and the folder that it was installed from always', async () => {
    await running();
    for (const version of ['2.0.0', '2.1.0', '2.2.0', '2.3.0']) await upgrade({ version });
    expect(world.folders).toEqual(['2.2.0', '2.3.0']);
    expect(world.state.releases.map(({ id }) => id)).toEqual(['Orders Größe', '2.2.0', '2.3.0']);
    await upgrade({ version: '2.4.0' }, { keep: 2 });
    expect(world.folders).toEqual(['2.3.0', '2.4.0']);
    expect(existsSync(world.app)).toBe(true);
  });

  it('gives a version that is there already another name', async () => {
    await running();
    await upgrade({ version: '2.0.0' });
    expect(await upgrade({ version: '2.0.0' })).toMatchObject({ from: '2.0.0', to: '2.0.0-2' });
    expect(await upgrade({ version: '2.0.0' }, { as: 'hotfix' })).toMatchObject({ to: 'hotfix' });
  });

  it('does not touch a service that hangs in its stop, and repairs that later', async () => {
    await running({ version: '1.0.0', stop: 'hangs' });
    const error = await upgrade({ version: '2.0.0' }, { stopTimeout: '5s' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UPGRADE_FAILED', details: { restored: false } });
    expect((error as Error).message).toMatch(/hangs in the stop/);
    expect(await world.points()).toBe('1.0.0');
    expect(world.state.pending).toMatchObject({ phase: 'stop', wasRunning: true });
    world.scm.runs(SERVICE).at(-1)?.process.kill();
    await world.play(world.scm.manager().service(SERVICE).waitFor('stopped'));
    const undone = await world.play(rollbackWith(world.parts(), { service: SERVICE }));
    expect(undone).toMatchObject({ recovered: { to: '2.0.0' }, started: true });
    expect(await world.runs()).toBe('1.0.0');
    expect(world.folders).toEqual([]);
  });

  it('ends the process of a service that hangs in its stop, when asked', async () => {
    await running({ version: '1.0.0', stop: 'hangs' });
    expect(await upgrade({ version: '2.0.0' }, { stopTimeout: '2s', kill: true })).toMatchObject({ to: '2.0.0' });
    expect(await world.runs()).toBe('2.0.0');
  });

  it('refuses a disabled service before it stops it', async () => {
    await running();
    await world.scm.manager().service(SERVICE).configure({ startType: 'disabled' });
    await expect(upgrade({ version: '2.0.0' })).rejects.toThrow(/is disabled.*config set/);
    expect(await world.runs()).toBe('1.0.0');
    expect(world.folders).toEqual([]);
  });

  it('is undone by its signal', async () => {
    await running();
    const abort = new AbortController();
    const reason = new Error('Ctrl+C');
    const failed = upgrade(
      { version: '2.0.0' },
      { signal: abort.signal, onProgress: (step) => step === 'start' && abort.abort(reason) },
    );
    await expect(failed).rejects.toMatchObject({ code: 'UPGRADE_FAILED', cause: reason, details: { restored: true } });
    expect(await world.runs()).toBe('1.0.0');
  });

  it('runs what prepares a release before the stop, and changes nothing when that fails', async () => {
    await running();
    const prepare = (folder: string): void => {
      expect(existsSync(join(folder, 'main.js'))).toBe(true);
      throw new Error('npm ci failed');
    };
    await expect(upgrade({ version: '2.0.0' }, { prepare })).rejects.toThrow('npm ci failed');
    expect(world.folders).toEqual([]);
    expect(world.started).toEqual(['1.0.0']);
  });

  it.each(['ENOSPC', 'EACCES', 'EBUSY'])('changes nothing when the copy fails with %s', async (code) => {
    await running();
    const { files } = world.parts();
    const full = Object.assign(new Error(`${code}: no luck`), { code });
    const stage: UpgradeParts['files']['stage'] = async (...args) => {
      await files.stage(...args);
      throw full;
    };
    await expect(upgrade({ version: '2.0.0' }, {}, { files: { ...files, stage } })).rejects.toBe(full);
    expect(world.folders).toEqual([]);
    expect(world.started).toEqual(['1.0.0']);
    expect(world.state.garbage).toEqual([]);
  });

  it('comes back when the disk fills up in the middle', async () => {
    await running();
    const { files } = world.parts();
    let isFull = false;
    const writeState: UpgradeParts['files']['writeState'] = (root, state) => {
      if (state.pending?.phase === 'verify') isFull = true;
      return isFull
        ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
        : files.writeState(root, state);
    };
    const failed = upgrade({ version: '2.0.0' }, {}, { files: { ...files, writeState } });
    await expect(failed).rejects.toMatchObject({ code: 'UPGRADE_FAILED', details: { restored: false } });
    // It runs all the same; the record says so at the next call.
    expect(await world.runs()).toBe('1.0.0');
    isFull = false;
    expect(await upgrade({ version: '2.0.0' })).toMatchObject({ to: '2.0.0-2', recovered: { to: '2.0.0' } });
  });

  it('goes on when an old folder is locked, and removes it next time', async () => {
    await running();
    const { files } = world.parts();
    let locked = true;
    const remove: UpgradeParts['files']['remove'] = (folder) =>
      locked ? Promise.reject(Object.assign(new Error('EBUSY: locked'), { code: 'EBUSY' })) : files.remove(folder);
    for (const version of ['2.0.0', '2.1.0']) await upgrade({ version });
    const { warnings } = await upgrade({ version: '2.2.0' }, { keep: 2 }, { files: { ...files, remove } });
    expect(warnings).toEqual([expect.stringMatching(/2\.0\.0 can't be removed now: EBUSY/)]);
    expect(world.folders).toContain('2.0.0');
    locked = false;
    await upgrade({ version: '2.3.0' }, { keep: 2 });
    expect(world.folders).toEqual(['2.2.0', '2.3.0']);
  });

  it('refuses without the rights, and changes nothing', async () => {
    await running();
    world.scm.failNext('ControlServiceExW', 'ERROR_ACCESS_DENIED');
    await expect(upgrade({ version: '2.0.0' })).rejects.toMatchObject({
      code: 'UPGRADE_FAILED',
      details: { restored: true },
    });
    expect(world.started).toEqual(['1.0.0']);
    expect(await world.points()).toBe('1.0.0');
  });

  it.each<[string, (folder: string) => unknown]>([
    ['an empty folder', () => undefined],
    ['a text', (folder) => writeText(folder, 'is a file')],
    ['a broken archive', (folder) => writeText(`${folder}.tgz`, '\x1f\x8b broken')],
    ['an empty archive', (folder) => writeText(`${folder}.tgz`, '')],
    ['a package.json that is none', (folder) => writeIn(folder, { 'package.json': '{' })],
    ['a main outside of it', (folder) => writeIn(folder, { 'package.json': '{"main":"../../main.js"}' })],
    ['a main that is a folder', (folder) => writeIn(folder, { 'package.json': '{"main":"lib"}', 'lib/x.js': '' })],
    ['a bin that is missing', (folder) => writeIn(folder, { 'package.json': '{"bin":{"a":"b.js"}}' })],
  ])('refuses %s in one clear error, and changes nothing', async (_, make) => {
    await running();
    const folder = join(world.dir, 'bad release');
    const made = make(folder);
    const from = existsSync(`${folder}.tgz`) ? `${folder}.tgz` : folder;
    if (made === undefined) mkdirSync(folder, { recursive: true });
    const before = await world.scm.manager().service(SERVICE).config();
    const error = await world
      .play(upgradeWith(world.parts(), world.options({ from })))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ code: 'RELEASE_INVALID', message: expect.stringContaining('bad release') as string });
    expect((error as Error).message).not.toMatch(/\n|undefined|SyntaxError|zlib/);
    expect(await world.scm.manager().service(SERVICE).config()).toEqual(before);
    expect(world.folders).toEqual([]);
    expect(world.started).toEqual(['1.0.0']);
  });

  it('refuses a release without an entry, and one that holds the releases', async () => {
    await running();
    const from = world.writeRelease('empty', { version: '2.0.0' }, { 'package.json': '{"version":"2.0.0"}' });
    const { rm } = await import('node:fs/promises');
    await rm(join(from, 'main.js'));
    await expect(world.play(upgradeWith(world.parts(), world.options({ from })))).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
      message: expect.stringMatching(/has no main\.js.*--script/) as string,
    });
    await expect(upgradeWith(world.parts(), world.options({ from: world.dir }))).rejects.toThrow(/copied into itself/);
    await expect(upgradeWith(world.parts(), world.options({ from: join(world.dir, 'none') }))).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
    });
    expect(world.folders).toEqual([]);
    expect(world.started).toEqual(['1.0.0']);
  });

  it('stops what depends on it, and starts it again', async () => {
    await running();
    const { defineService } = await import('../../../src/index.ts');
    const web = defineService({ name: 'Web', install: { dependencies: [SERVICE] }, start() {} });
    await world.scm.manager().install(web);
    await world.play(world.scm.manager().service('Web').start());
    await expect(upgrade({ version: '2.0.0' })).rejects.toThrow(/1051/);
    expect(await upgrade({ version: '2.0.0' }, { dependents: true })).toMatchObject({ started: true });
    expect(await world.scm.manager().service('Web').status()).toMatchObject({ state: 'running' });
    await expect(upgrade({ version: '2.1.0', start: 'throws' }, { dependents: true })).rejects.toMatchObject({
      details: { restored: true },
    });
    expect(await world.scm.manager().service('Web').status()).toMatchObject({ state: 'running' });
  });
});

describe('rollbackService', () => {
  const rollback = (options: { to?: string; plan?: boolean } = {}): Promise<SwitchResult> =>
    world.play(rollbackWith(world.parts(), { service: SERVICE, ...options }));

  it('goes back release by release, and forward by name', async () => {
    await running();
    await expect(rollback()).rejects.toThrow(/has no releases/);
    await upgrade({ version: '2.0.0' });
    await upgrade({ version: '2.1.0' });
    expect(await rollback({ plan: true })).toMatchObject({ from: '2.1.0', to: '2.0.0', planned: true });
    expect(await rollback()).toMatchObject({ from: '2.1.0', to: '2.0.0', started: true });
    expect(await world.runs()).toBe('2.0.0');
    expect(await rollback()).toMatchObject({ to: 'Orders Größe' });
    expect(await world.runs()).toBe('1.0.0');
    await expect(rollback()).rejects.toThrow(/there is none before.*2\.0\.0, 2\.1\.0/);
    expect(await rollback({ to: '2.1.0' })).toMatchObject({ from: 'Orders Größe', to: '2.1.0' });
    await expect(rollback({ to: '9' })).rejects.toThrow(/no release 9/);
    expect(world.folders).toEqual(['2.0.0', '2.1.0']);
  });

  it('comes back to the present release when the earlier one fails', async () => {
    await running();
    await upgrade({ version: '2.0.0' });
    world.writeRelease('Orders Größe', { version: '1.0.0', start: 'throws' });
    await expect(rollback()).rejects.toMatchObject({ code: 'UPGRADE_FAILED', details: { restored: true } });
    expect(await world.runs()).toBe('2.0.0');
    expect(world.folders).toEqual(['2.0.0']);
  });
});
