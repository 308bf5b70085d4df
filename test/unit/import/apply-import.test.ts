import { describe, expect, it } from 'vitest';
import { defineService } from '../../../src/index.ts';
import { applyImport, type ApplyOptions, type ImportStep } from '../../../src/import/apply-import.ts';
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

  it('with wrong settings touches nothing', async () => {
    const world = await withOld(['runs']);
    const before = await world.snapshot();
    const wrong = { ...SPEC, host: { ready: 'soon' } } as unknown as ServiceSpec;
    await expect(world.apply({}, wrong)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(world.steps).toEqual([]);
    expect(await world.snapshot()).toEqual(before);
  });
});
