import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { applyImport, type ApplyOptions, type ImportStep } from '../../../src/import/apply-import.ts';
import { createImportJournal, type ImportJournal } from '../../../src/import/import-journal.ts';
import type { ServiceSpec } from '../../../src/manager/index.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';

const SPEC: ServiceSpec = {
  name: 'Orders',
  displayName: 'Orders, hosted',
  program: { file: 'C:\\node.exe', script: 'C:\\app\\server.js' },
  host: { cwd: 'C:\\app', timeouts: { stop: '5s' } },
  environment: { PORT: '3000' },
  recovery: { actions: [{ type: 'restart', delay: 1_000 }] },
};
const OLD = {
  imagePath: '"C:\\nssm\\nssm.exe"',
  description: 'Takes orders.',
  startType: 'demand',
  dependencies: ['Tcpip'],
  account: 'CONTOSO\\svc',
  password: 'secret',
  environment: { OLD: '1' },
  recovery: { actions: [{ type: 'reboot', delay: 5_000 }], resetPeriod: '1h' },
  recoverOnFailureExit: false,
  preshutdownTimeout: 5_000,
  sidType: 'unrestricted',
} as const;

/** How the starts of a service go: the old one, the new one, and the old one again. */
type Start = 'runs' | 'fails' | 'hangs';

interface World {
  readonly scm: MockScm;
  readonly steps: ImportStep[];
  apply(options?: ApplyOptions, spec?: ServiceSpec): Promise<unknown>;
  /** The process ends when this step begins: its calls do nothing any more. */
  applyAndKill(point: ImportStep, journal: ImportJournal): Promise<void>;
  configure(changes: { readonly imagePath: string }): Promise<unknown>;
  /** What the SCM holds of the service, and its state. */
  snapshot(): Promise<object>;
}

async function withOld(starts: readonly Start[], running = true): Promise<World> {
  const scm = createMockScm();
  let started = 0;
  const service = defineService({
    name: 'Orders',
    eventLog: false,
    logging: false,
    start() {
      const start = starts[started++] ?? 'runs';
      if (start === 'fails') throw new Error('no database');
      return start === 'hangs' ? new Promise<never>(() => undefined) : undefined;
    },
    install: OLD,
  });
  const manager = scm.manager();
  // Time goes on while the calls wait.
  let done = false;
  const during = async <T>(work: Promise<T>): Promise<T> => {
    done = false;
    const ended = work.finally(() => (done = true));
    ended.catch(() => undefined);
    while (!(done as boolean)) await scm.clock.advance(50);
    return ended;
  };
  const needed = defineService({ name: 'Tcpip', eventLog: false, logging: false, start: () => undefined });
  await during(manager.install(needed));
  await during(manager.install(service));
  if (running) await during(manager.service('Orders').start());
  const steps: ImportStep[] = [];
  return {
    scm,
    steps,
    apply: (options = {}, spec = SPEC) =>
      during(
        applyImport(manager, spec, {
          ...options,
          onStep(step) {
            steps.push(step);
            options.onStep?.(step);
          },
        }),
      ),
    async applyAndKill(point, journal) {
      let isDead = false;
      let die = (): void => undefined;
      const death = new Promise<void>((resolve) => (die = resolve));
      const mortal = <T extends object>(target: T): T =>
        new Proxy(target, {
          get(_, key) {
            const value: unknown = Reflect.get(target, key);
            if (typeof value !== 'function') return value;
            return (...args: unknown[]): unknown => {
              if (isDead) return new Promise(() => undefined);
              const result: unknown = Reflect.apply(value, target, args);
              return key === 'service' ? mortal(result as object) : result;
            };
          },
        });
      const onStep = (step: ImportStep): void => {
        if (step !== point) return;
        isDead = true;
        die();
      };
      await during(
        Promise.race([applyImport(mortal(manager), SPEC, { journal, onStep }), death]).then(() => undefined),
      );
    },
    configure: (changes) => during(manager.service('Orders').configure(changes)),
    async snapshot() {
      const client = manager.service('Orders');
      const { state } = await during(client.status());
      return { ...(await during(client.config())), state };
    },
  };
}

describe('the replacement of a service', () => {
  it('stops it, changes it, starts it, and keeps what the spec does not name', async () => {
    const world = await withOld(['runs', 'runs']);
    await world.apply();
    expect(world.steps).toEqual(['stop', 'change', 'start']);
    expect(await world.snapshot()).toMatchObject({
      displayName: 'Orders, hosted',
      description: 'Takes orders.',
      startType: 'demand',
      dependencies: ['Tcpip'],
      account: 'CONTOSO\\svc',
      environment: { PORT: '3000' },
      host: { cwd: 'C:\\app', timeouts: { stop: '5s' } },
      state: 'running',
    });
  });

  it('that was stopped leaves it stopped', async () => {
    const world = await withOld([], false);
    await world.apply();
    expect(world.steps).toEqual(['change']);
    expect(await world.snapshot()).toMatchObject({ displayName: 'Orders, hosted', state: 'stopped' });
  });

  it('installs one that there was not, and starts it', async () => {
    const world = await withOld([]);
    const applied = world.apply({ timeout: 2_000 }, { ...SPEC, name: 'New' });
    // Nothing runs a service of the mock that has no definition.
    await expect(applied).rejects.toMatchObject({ code: 'NOT_REPLACED', details: { step: 'start', restored: true } });
    expect(await world.scm.manager().service('New').exists()).toBe(false);
    expect(await world.snapshot()).toMatchObject({ state: 'running' });
  });

  it.each([
    ['ControlService', 'ERROR_ACCESS_DENIED', 'stop'],
    ['ControlService', 'ERROR_DEPENDENT_SERVICES_RUNNING', 'stop'],
    ['ChangeServiceConfigW', 'ERROR_ACCESS_DENIED', 'change'],
    ['ChangeServiceConfig2W', 'ERROR_INVALID_PARAMETER', 'change'],
    ['StartServiceW', 'ERROR_SERVICE_LOGON_FAILED', 'start'],
  ] as const)('where %s fails with %s puts the old one back, as it was', async (api, code, step) => {
    const world = await withOld(['runs', 'runs', 'runs']);
    const before = await world.snapshot();
    world.scm.failNext(api, code);
    await expect(world.apply()).rejects.toMatchObject({ code: 'NOT_REPLACED', details: { step, restored: true } });
    expect(world.steps.at(-1)).toBe('restore');
    expect(await world.snapshot()).toEqual(before);
  });

  it.each(['fails', 'hangs'] as const)('whose start %s puts the old one back, as it was', async (start) => {
    const world = await withOld(['runs', start, 'runs']);
    const before = await world.snapshot();
    const applied = world.apply({ timeout: '10s' });
    await expect(applied).rejects.toThrow(
      /was not replaced: the new service did not run.*The old service is back, and runs/s,
    );
    expect(await world.snapshot()).toEqual(before);
  });

  it('that is interrupted puts the old one back, as it was', async () => {
    const world = await withOld(['runs', 'hangs', 'runs']);
    const before = await world.snapshot();
    const interrupt = new AbortController();
    const onStep = (step: ImportStep): void => {
      // While the start is waited for.
      if (step === 'start') world.scm.clock.setTimeout(() => interrupt.abort(new Error('Interrupted')), 1_000);
    };
    await expect(world.apply({ signal: interrupt.signal, onStep })).rejects.toMatchObject({
      code: 'NOT_REPLACED',
      cause: { message: 'Interrupted' },
      details: { restored: true },
    });
    expect(await world.snapshot()).toEqual(before);
  });

  it('tries a step of putting it back again, and says what failed twice', async () => {
    const world = await withOld(['runs', 'fails', 'fails', 'runs']);
    await expect(world.apply()).rejects.toMatchObject({ details: { restored: true } });
    expect(await world.snapshot()).toMatchObject({ state: 'running', imagePath: OLD.imagePath });

    const broken = await withOld(['runs', 'fails', 'fails', 'fails']);
    const applied = broken.apply();
    await expect(applied).rejects.toMatchObject({ code: 'NOT_REPLACED', details: { restored: false } });
    await expect(applied).rejects.toThrow(/not wholly back: .*It ran: "C:\\nssm\\nssm\.exe"/);
    expect(await broken.snapshot()).toMatchObject({ state: 'stopped', imagePath: OLD.imagePath });
  });

  describe('that is killed', () => {
    let dir: string;
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'winsvc import ä '));
    });
    afterEach(() => {
      rmSync(dir, { recursive: true });
    });

    async function killedAt(world: World, point: ImportStep | 'end'): Promise<void> {
      const journal = createImportJournal(dir);
      if (point === 'end') await world.apply({ journal: { ...journal, remove: () => Promise.resolve() } });
      else await world.applyAndKill(point, journal);
    }

    it.each(['stop', 'change', 'start', 'end'] as const)('at "%s" is finished by the next run', async (point) => {
      const world = await withOld(['runs', 'runs', 'runs']);
      await killedAt(world, point);
      expect(readdirSync(dir)).toHaveLength(1);
      await world.apply({ journal: createImportJournal(dir) });
      expect(await world.snapshot()).toMatchObject({ displayName: 'Orders, hosted', state: 'running' });
      expect(readdirSync(dir)).toEqual([]);
    });

    it.each(['stop', 'change', 'start', 'end'] as const)(
      'at "%s", and whose next run fails too, puts the first one back',
      async (point) => {
        const world = await withOld(['runs', ...(point === 'end' ? (['runs'] as const) : []), 'fails', 'runs']);
        const before = await world.snapshot();
        await killedAt(world, point);
        const again = world.apply({ journal: createImportJournal(dir) });
        await expect(again).rejects.toMatchObject({ code: 'NOT_REPLACED', details: { step: 'start', restored: true } });
        expect(await world.snapshot()).toEqual(before);
        expect(readdirSync(dir)).toEqual([]);
      },
    );

    it('has no effect on a service that runs something else by now', async () => {
      const world = await withOld(['runs', 'runs']);
      await killedAt(world, 'change');
      await world.configure({ imagePath: '"C:\\other.exe"' });
      world.steps.length = 0;
      await world.apply({ journal: createImportJournal(dir) });
      // It was stopped: the record says that it ran.
      expect(world.steps).toEqual(['change']);
      expect(await world.snapshot()).toMatchObject({ displayName: 'Orders, hosted', state: 'stopped' });
    });

    it('changes nothing when the record can not be written', async () => {
      const world = await withOld(['runs']);
      const before = await world.snapshot();
      writeFileSync(join(dir, 'file'), '');
      await expect(world.apply({ journal: createImportJournal(join(dir, 'file')) })).rejects.toMatchObject({
        code: 'NOT_REPLACED',
        message: expect.stringMatching(/nothing was changed.*Run it as administrator/) as string,
      });
      expect(world.steps).toEqual([]);
      expect(await world.snapshot()).toEqual(before);
    });
  });

  it('with wrong settings touches nothing', async () => {
    const world = await withOld(['runs']);
    const before = await world.snapshot();
    const wrong = { ...SPEC, host: { ready: 'soon' } } as unknown as ServiceSpec;
    await expect(world.apply({}, wrong)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(world.steps).toEqual([]);
    expect(await world.snapshot()).toEqual(before);
  });
});
