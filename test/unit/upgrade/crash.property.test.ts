import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rollbackWith } from '../../../src/upgrade/rollback.ts';
import { upgradeWith } from '../../../src/upgrade/upgrade.ts';
import type { UpgradeParts } from '../../../src/upgrade/upgrade-parts.ts';
import { numRuns } from '../../support/num-runs.ts';
import { type Behavior, SERVICE, World } from './world.ts';

/** Counts effects; after the last one that it lets through, the process is dead: no call comes back, nothing more happens. */
class Process {
  effects = 0;
  readonly #limit: number;
  readonly #half: boolean;
  readonly #onDeath: () => void;
  #dead = false;

  /** @param half the last effect itself is cut off in the middle, where it can be */
  constructor(limit: number, half: boolean, onDeath: () => void) {
    this.#limit = limit;
    this.#half = half;
    this.#onDeath = onDeath;
  }

  /** The same object, whose methods end with the process. */
  within<T extends object>(object: T): T {
    return new Proxy(object, {
      get: (inner, key) => {
        const value = Reflect.get(inner, key, inner) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (this.#dead) return never();
          this.effects += 1;
          const isLast = this.effects === this.#limit;
          // Begun, but its answer never arrives: what the call does goes on in the system.
          const call = Promise.resolve((value as (...args: unknown[]) => unknown).apply(inner, args));
          if (isLast && this.#half) {
            call.catch(() => undefined);
            return this.#die(call);
          }
          const result = await call.catch((error: unknown) => {
            if (isLast) return this.#die(Promise.resolve());
            throw error;
          });
          return isLast ? this.#die(Promise.resolve()) : result;
        };
      },
    });
  }

  async #die(call: Promise<unknown>): Promise<never> {
    this.#dead = true;
    // The file system's half-done work ends before the next process looks.
    await Promise.race([
      call.then(
        () => undefined,
        () => undefined,
      ),
      new Promise((resolve) => setTimeout(resolve, 50)),
    ]);
    this.#onDeath();
    return never();
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function mortal(world: World, process: Process): UpgradeParts {
  const parts = world.parts();
  return {
    ...parts,
    target: process.within(parts.target),
    files: process.within(parts.files),
    dependent: (name) => process.within(parts.dependent(name)),
  };
}

interface Crash {
  readonly first: 'upgrade' | 'rollback';
  readonly behavior: Behavior['start'];
  readonly runs: boolean;
  readonly after: number;
  readonly half: boolean;
  readonly then: 'upgrade' | 'rollback';
}

/** Runs it once without a crash, and returns how many effects it has. */
async function play(crash: Crash): Promise<{ effects: number; crashed: boolean }> {
  const world = await World.create();
  try {
    const service = world.scm.manager().service(SERVICE);
    if (crash.runs) await world.play(service.start());
    const from = (version: string, start: Behavior['start'] = 'ok'): string =>
      world.writeRelease(`build ${version}`, { version, start });
    const upgradeTo = (parts: UpgradeParts, version: string, start?: Behavior['start']): Promise<unknown> =>
      upgradeWith(parts, world.options({ from: from(version, start), startTimeout: '2s', stopTimeout: '2s' }));
    await world.play(upgradeTo(world.parts(), '2.0.0'));

    let crashed = false;
    const process = new Process(crash.after, crash.half, () => (crashed = true));
    const parts = mortal(world, process);
    const work =
      crash.first === 'upgrade'
        ? upgradeTo(parts, '3.0.0', crash.behavior)
        : rollbackWith(parts, { service: SERVICE, startTimeout: '2s' });
    const dead = new Promise<void>((resolve) => {
      const look = (): void => {
        if (crashed) resolve();
        else setImmediate(look);
      };
      look();
    });
    await world.play(Promise.race([work.catch(() => undefined), dead]));
    const { effects } = process;
    if (!(crashed as boolean)) return { effects, crashed };

    // Whatever the SCM was still doing for the dead process comes to its end.
    await world.play(settled(world));
    const version = await world.points();
    const then = await world
      .play<unknown>(
        crash.then === 'upgrade'
          ? upgradeTo(world.parts(), '4.0.0')
          : rollbackWith(world.parts(), { service: SERVICE }),
      )
      .catch((error: unknown) => error);
    const context = `${JSON.stringify(crash)}, pointed at ${version}, then ${JSON.stringify(then)} ${String(then)}`;

    const { state } = await service.status();
    expect(state, context).toBe(crash.runs ? 'running' : 'stopped');
    const points = await world.points();
    if (crash.runs) expect(await world.runs(), context).toBe(points);
    expect(world.state.pending, context).toBeUndefined();
    expect(world.state.garbage, context).toEqual([]);
    // No folder is left over, and none that the record names is missing.
    const own = world.state.releases.filter(({ adopted }) => !adopted).map(({ id }) => id);
    expect([...world.folders].sort(), context).toEqual([...own].sort());
    const current = world.state.releases.find(({ id }) => id === world.state.current);
    expect(current?.imagePath, context).toBe((await service.config()).imagePath);
    if (crash.then === 'upgrade') expect(points, context).toBe('4.0.0');
    return { effects, crashed };
  } finally {
    await world.remove();
  }
}

async function settled(world: World): Promise<void> {
  const service = world.scm.manager().service(SERVICE);
  for (;;) {
    const { state } = await service.status();
    if (!state.endsWith('Pending')) return;
    const run = world.scm.runs(SERVICE).at(-1);
    // A start that hangs never ends by itself.
    await new Promise<void>((resolve) => void world.scm.clock.setTimeout(resolve, 3_000));
    if ((await service.status()).state === state) run?.process.kill();
  }
}

describe('a crash of the upgrader', () => {
  it.each<[Crash['first'], Crash['behavior'], boolean]>([
    ['upgrade', 'ok', true],
    ['upgrade', 'throws', true],
    ['upgrade', 'hangs', true],
    ['upgrade', 'ok', false],
    ['rollback', 'ok', true],
  ])(
    'after each effect of an %s to a release whose start is "%s" (running before: %s) is repaired by the next call',
    async (first, behavior, runs) => {
      const base = { first, behavior, runs, half: false, then: 'rollback' } as const;
      const { effects } = await play({ ...base, after: Number.POSITIVE_INFINITY });
      expect(effects).toBeGreaterThan(10);
      for (let after = 1; after <= effects; after++)
        expect(await play({ ...base, after, then: after % 2 === 0 ? 'upgrade' : 'rollback' })).toMatchObject({
          crashed: true,
        });
    },
    300_000,
  );

  it(
    'in the middle of an effect is repaired by the next call too',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            first: fc.constantFrom('upgrade' as const, 'rollback' as const),
            behavior: fc.constantFrom('ok' as const, 'throws' as const, 'hangs' as const),
            runs: fc.boolean(),
            after: fc.integer({ min: 1, max: 30 }),
            half: fc.boolean(),
            then: fc.constantFrom('upgrade' as const, 'rollback' as const),
          }),
          async (crash) => {
            await play(crash);
          },
        ),
        // A run plays two upgrades and a crash on the disk.
        { numRuns: Math.ceil(numRuns / 50) },
      );
    },
    numRuns > 1_000 ? 0 : 300_000,
  );
});
