import { describe, expect, it } from 'vitest';
import { failures, openFleet } from '../../../src/fleet/index.ts';
import { openFleetOn, type FleetOptions } from '../../../src/fleet/open-fleet.ts';
import type { Fleet } from '../../../src/fleet/fleet.ts';
import type { FleetResult } from '../../../src/fleet/fleet-result.ts';
import { defineService } from '../../../src/index.ts';
import type { ServiceManager } from '../../../src/manager/index.ts';
import { MockScm } from '../../../src/testing/mock-scm.ts';
import { createManualClock, type ManualClock } from '../../../src/testing/index.ts';

/** What a machine does at the start of its service. */
type Temper = 'ok' | 'fails' | 'hangs' | 'gone' | 'crashesLater';

/** Machines with a service each, in one virtual time. */
class Machines {
  readonly clock: ManualClock = createManualClock();
  readonly scms = new Map<string, MockScm>();
  readonly #tempers: Readonly<Record<string, Temper>>;
  /** Machines on which a start is under way, the most of them at once, and their order. */
  starting = 0;
  most = 0;
  readonly started: string[] = [];

  constructor(names: readonly string[], tempers: Readonly<Record<string, Temper>> = {}) {
    this.#tempers = tempers;
    for (const name of names) this.scms.set(name, new MockScm(this.clock, {}));
  }

  async install(startMs: number): Promise<void> {
    for (const [machine, scm] of this.scms) {
      await scm.manager().install(
        defineService({
          name: 'Orders',
          install: { recovery: null },
          start: async (ctx) => {
            this.started.push(machine);
            this.most = Math.max(this.most, ++this.starting);
            await new Promise<void>((resolve) => void this.clock.setTimeout(resolve, startMs));
            this.starting -= 1;
            if (this.#tempers[machine] === 'fails') throw new Error('no database');
            if (this.#tempers[machine] === 'crashesLater')
              this.clock.setTimeout(() => ctx.fail(new Error('crash')), 1_000);
          },
        }),
      );
    }
  }

  open(options: Partial<FleetOptions> = {}): Fleet {
    const openManager = (machine: string): Promise<ServiceManager> => {
      const scm = this.scms.get(machine);
      if (!scm) throw new Error(`no machine ${machine}`);
      if (this.#tempers[machine] === 'gone') return new Promise(() => undefined);
      const manager = scm.manager({ machine });
      if (this.#tempers[machine] !== 'hangs') return Promise.resolve(manager);
      // It answers, and then no more.
      const hanging = { status: () => manager.service('Orders').status(), start: () => new Promise(() => undefined) };
      return Promise.resolve({
        service: () => hanging,
        nameOf: () => manager.nameOf('x'),
        close: () => new Promise(() => undefined),
      } as unknown as ServiceManager);
    };
    return openFleetOn({ machines: [...this.scms.keys()], openManager, ...options }, this.clock);
  }

  /** Waits for work while the virtual time goes on in small steps. Returns it with the time that it took. */
  async play<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
    const began = this.clock.now();
    let ended: number | undefined;
    const end = (): void => void (ended ??= this.clock.now());
    work.then(end, end);
    while (ended === undefined) await this.clock.advance(5);
    return { result: await work, ms: ended - began };
  }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `web${i + 1}`);
const outcomes = (results: readonly FleetResult<unknown>[]): string =>
  results.map((result) => (result.outcome === 'skipped' ? `skipped:${result.reason}` : result.outcome)).join(' ');

describe('a fleet', () => {
  it('starts a service on 200 machines, 10 at once, within 1.2 times the ideal, and a hanging one delays none', async () => {
    const startMs = 1_000;
    const ideal = (200 / 10) * startMs;
    const all = names(200);
    const well = new Machines(all);
    await well.install(startMs);
    const { result, ms } = await well.play(well.open().start('Orders'));
    expect(outcomes(result)).toBe(all.map(() => 'done').join(' '));
    expect(result.map(({ machine }) => machine)).toEqual(all);
    expect(well.most).toBe(10);
    expect(ms).toBeLessThanOrEqual(1.2 * ideal);

    // The first ones don't answer at all: the others are done in the same time.
    const ill = new Machines(all, { web1: 'gone', web2: 'gone', web3: 'gone', web100: 'gone' });
    await ill.install(startMs);
    const times: number[] = [];
    const began = ill.clock.now();
    const second = await ill.play(
      ill.open({ timeout: '40s' }).start('Orders', {
        onResult: ({ outcome }) => {
          if (outcome === 'done') times.push(ill.clock.now() - began);
        },
      }),
    );
    expect(failures(second.result).map(({ machine }) => machine)).toEqual(['web1', 'web2', 'web3', 'web100']);
    expect(times).toHaveLength(196);
    expect(Math.max(...times)).toBeLessThanOrEqual(1.2 * ideal);
    // Each costs its timeout and no more.
    expect(second.ms).toBeLessThanOrEqual(1.2 * ideal + 40_000);
    expect(failures(second.result)[0]?.error).toMatchObject({
      code: 'MACHINE_TIMEOUT',
      message: expect.stringMatching(/^Machine web1 gave no answer within 40 s\./) as string,
    });
    process.stdout.write(
      `200 machines, 10 at once: ${ms} ms of ideally ${ideal} ms; with 4 that hang: ${Math.max(...times)} ms\n`,
    );
  });

  it('gives one result for each machine, whatever the others do', async () => {
    const machines = new Machines(names(5), { web2: 'fails', web4: 'hangs' });
    await machines.install(100);
    const fleet = machines.open({ timeout: '5s' });
    const { result, ms } = await machines.play(fleet.start('Orders', { timeout: '10s' }));
    expect(outcomes(result)).toBe('done failed done failed done');
    expect(failures(result).map(({ machine, error }) => [machine, (error as { code?: string }).code])).toEqual([
      ['web2', 'STATE_NOT_REACHED'],
      ['web4', 'MACHINE_TIMEOUT'],
    ]);
    // Its timeout, and that of the start.
    expect(ms).toBeLessThanOrEqual(15_100);
  });

  it('lists, reads, stops, restarts and ensures', async () => {
    const machines = new Machines(names(3));
    await machines.install(50);
    const fleet = machines.open();
    const value = <T>(results: readonly FleetResult<T>[]): T[] => results.map((one) => (one as { value: T }).value);
    const play = async <T>(work: Promise<readonly FleetResult<T>[]>): Promise<T[]> =>
      value((await machines.play(work)).result);
    expect((await play(fleet.list({ name: 'ord' }))).map((list) => list.map(({ name }) => name))).toEqual([
      ['Orders'],
      ['Orders'],
      ['Orders'],
    ]);
    expect((await play(fleet.start('Orders'))).map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    expect((await play(fleet.restart('Orders', { timeout: '5s' }))).map(({ state }) => state)).toEqual([
      'running',
      'running',
      'running',
    ]);
    expect((await play(fleet.status('Orders'))).map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    expect((await play(fleet.stop('Orders', { timeout: '5s' }))).map(({ state }) => state)).toEqual([
      'stopped',
      'stopped',
      'stopped',
    ]);
    const plan = await play(fleet.ensure({ name: 'Orders', startType: 'delayed' }, { plan: true }));
    expect(plan.map(({ planned, changes }) => [planned, changes.length])).toEqual([
      [true, 1],
      [true, 1],
      [true, 1],
    ]);
    await play(fleet.ensure({ name: 'Orders', startType: 'delayed' }));
    expect(await play(fleet.run(async (manager) => (await manager.service('Orders').config()).startType))).toEqual([
      'delayed',
      'delayed',
      'delayed',
    ]);
    const missing = await machines.play(fleet.status('Nothing'));
    expect(failures(missing.result).map(({ error }) => (error as { win32Code?: number }).win32Code)).toEqual([
      1060, 1060, 1060,
    ]);
  });

  it('stops after a canary that fails, and waits after one that does not', async () => {
    const broken = new Machines(names(5), { web1: 'fails' });
    await broken.install(100);
    const first = await broken.play(broken.open().start('Orders', { canary: 1, wait: '1m' }));
    expect(outcomes(first.result)).toBe('failed skipped:canary skipped:canary skipped:canary skipped:canary');
    expect(broken.started).toEqual(['web1']);

    const well = new Machines(names(5));
    await well.install(100);
    const second = await well.play(well.open().start('Orders', { canary: 2, wait: '1m' }));
    expect(outcomes(second.result)).toBe('done done done done done');
    expect(second.ms).toBeGreaterThanOrEqual(60_200);
    expect(well.started.slice(0, 2).sort()).toEqual(['web1', 'web2']);
  });

  it('counts a canary that does not last as failed', async () => {
    const machines = new Machines(names(3), { web1: 'crashesLater' });
    await machines.install(100);
    const { result } = await machines.play(machines.open().start('Orders', { canary: 1, wait: '10s' }));
    expect(outcomes(result)).toBe('failed skipped:canary skipped:canary');
    expect(failures(result)[0]?.error.message).toMatch(/after the wait it is stopped/);
  });

  it('begins no further machine after too many failures', async () => {
    const bad = Object.fromEntries(names(20).map((name) => [name, 'fails'] as const));
    const machines = new Machines(names(20), bad);
    await machines.install(100);
    const { result } = await machines.play(machines.open({ concurrency: 2 }).start('Orders', { maxFailures: 2 }));
    const done = result.filter(({ outcome }) => outcome === 'failed').length;
    // Two are allowed; the third may have one beside it.
    expect(done).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThanOrEqual(4);
    expect(result.slice(done).every((one) => one.outcome === 'skipped' && one.reason === 'maxFailures')).toBe(true);
    const none = await machines.play(machines.open({ concurrency: 1 }).start('Orders', { maxFailures: 0 }));
    expect(outcomes(none.result)).toMatch(/^failed( skipped:maxFailures){19}$/);
  });

  it('ends at its signal: what is under way has failed, the rest is skipped', async () => {
    const machines = new Machines(names(6), { web2: 'gone' });
    await machines.install(60_000);
    const abort = new AbortController();
    machines.clock.setTimeout(() => abort.abort(new Error('Ctrl+C')), 500);
    const { result, ms } = await machines.play(
      machines.open({ concurrency: 2 }).start('Orders', { signal: abort.signal }),
    );
    expect(outcomes(result)).toBe(
      'failed failed skipped:interrupted skipped:interrupted skipped:interrupted skipped:interrupted',
    );
    expect(failures(result)[0]?.error.message).toBe('Ctrl+C');
    expect(ms).toBeLessThan(1_000);
    const before = await machines.play(
      machines.open().start('Orders', { signal: AbortSignal.abort(new Error('too late')) }),
    );
    expect(outcomes(before.result)).toMatch(/^(skipped:interrupted ?){6}$/);
  });

  it('refuses wrong options before anything is done', async () => {
    expect(() => openFleet({ machines: ['\\\\server'] })).toThrow(/no names or addresses/);
    expect(() => openFleet({ machines: [] })).toThrow(/no machines/);
    expect(() => openFleet({ machines: ['a'], concurrency: 0 })).toThrow(/concurrency: must be 1 or more/);
    expect(() => openFleet({ machines: 'a' as never })).toThrow(/machines: must be a list/);
    const fleet = openFleet({ machines: ['a'], openManager: () => Promise.reject(new Error('not opened')) });
    await expect(fleet.start('Orders', { canary: -1 })).rejects.toThrow(/canary: must be 0 or more/);
    await expect(fleet.start('Orders', { wait: 'long' as never })).rejects.toThrow(/wait: must be/);
    expect(failures(await fleet.start('a/b'))[0]?.error.message).toMatch(/not opened/);
    expect(openFleet({ machines: ['WEB1', 'web2', 'web1'] }).machines).toEqual(['web1', 'web2']);
  });

  it.skipIf(process.platform === 'win32')('says that it needs Windows', async () => {
    expect(failures(await openFleet({ machines: ['a'] }).list())[0]?.error).toMatchObject({ code: 'WINDOWS_ONLY' });
  });
});
