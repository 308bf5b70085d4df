import { describe, expect, it } from 'vitest';
import type { HookOptions, ServiceContext, ShutdownHook } from '../../../src/service/context/context.ts';
import type { HookResult } from '../../../src/service/shutdown/hook-queue.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { createRunnerRig } from '../../support/runner-rig.ts';

const never = (): Promise<never> => createDeferred<never>().promise;

async function setUp(budgetMs = 10_000) {
  const ran: string[] = [];
  let context: ServiceContext | undefined;
  const rig = createRunnerRig({
    start: (ctx) => {
      context = ctx;
    },
    timeouts: { stop: budgetMs },
  });
  const { clock } = rig;
  await clock.advanceAsync(0);
  const hooks = {
    add(name: string, hook: ShutdownHook, options?: HookOptions): void {
      context?.onShutdown(name, hook, options);
    },
  };
  return {
    clock,
    hooks,
    ran,
    add(name: string, options?: HookOptions): void {
      hooks.add(name, () => ran.push(name), options);
    },
    async run(): Promise<readonly HookResult[]> {
      rig.runner.stop();
      return (await rig.done).hooks;
    },
  };
}
const outcomes = (results: readonly HookResult[]): string[] => results.map(({ name, outcome }) => `${name} ${outcome}`);

describe('ShutdownHooks: order', () => {
  it('is the reverse of registration: what came last depends on what came first', async () => {
    const { add, run, ran } = await setUp();
    add('database');
    add('queue');
    add('http');
    expect(outcomes(await run())).toEqual(['http done', 'queue done', 'database done']);
    expect(ran).toEqual(['http', 'queue', 'database']);
  });

  it('can be overridden: higher runs earlier', async () => {
    const { add, run, ran } = await setUp();
    add('last', { order: -1 });
    add('first', { order: 10 });
    add('second');
    add('third-registered');
    await run();
    expect(ran).toEqual(['first', 'third-registered', 'second', 'last']);
  });

  it('is one after another', async () => {
    const { hooks, add, run, ran, clock } = await setUp();
    add('after');
    const slow = createDeferred<undefined>();
    hooks.add('slow', () => slow.promise);
    const done = run();
    await clock.advanceAsync(100);
    expect(ran).toEqual([]);
    slow.resolve(undefined);
    expect(await done).toMatchObject([{ name: 'slow', outcome: 'done', ms: 100 }, { name: 'after' }]);
  });

  it('takes in what a hook registers', async () => {
    const { hooks, add, run, ran } = await setUp();
    hooks.add('first', () => {
      add('late');
    });
    await run();
    expect(ran).toEqual(['late']);
  });
});

describe('ShutdownHooks: groups', () => {
  it('run at the same time, in the turn of the first of them, whatever their own order', async () => {
    const { hooks, add, run, ran, clock } = await setUp();
    add('database');
    const wait = (name: string, ms: number) => (): Promise<void> => {
      ran.push(name);
      return new Promise((resolve) => clock.setTimeout(resolve, ms));
    };
    hooks.add('http', wait('http', 300), { group: 'servers', order: -5 });
    add('queue');
    hooks.add('grpc', wait('grpc', 100), { group: 'servers' });
    const done = run();
    await clock.advanceAsync(200);
    expect(ran).toEqual(['grpc', 'http']);
    await clock.advanceAsync(100);
    expect(await done).toMatchObject([
      { name: 'grpc', group: 'servers', order: 0, afterMs: 0, ms: 100, outcome: 'done' },
      { name: 'http', group: 'servers', order: -5, afterMs: 0, ms: 300, outcome: 'done' },
      { name: 'queue', afterMs: 300 },
      { name: 'database', afterMs: 300 },
    ]);
  });

  it('have a deadline for each: one that hangs doesn’t take the others along', async () => {
    const { hooks, add, run, clock } = await setUp();
    add('last');
    hooks.add('quick', () => undefined, { group: 'g' });
    hooks.add('hangs', never, { group: 'g', timeout: '1s' });
    const done = run();
    await clock.advanceAsync(1_000);
    expect(outcomes(await done)).toEqual(['hangs timeout', 'quick done', 'last done']);
  });
});

describe('ShutdownHooks: failures', () => {
  it('do not keep the others from running', async () => {
    const { hooks, add, run } = await setUp();
    add('last');
    hooks.add('rejects', () => Promise.reject(new Error('no')));
    hooks.add('throws', () => {
      throw new Error('never');
    });
    const results = await run();
    expect(outcomes(results)).toEqual(['throws failed', 'rejects failed', 'last done']);
    expect(results[0]?.error).toMatchObject({ code: 'HOOK_FAILED', message: 'Shutdown hook "throws" failed: never' });
  });

  it('a hook over its own timeout is given up, the next one has its turn', async () => {
    const { hooks, add, run, clock } = await setUp();
    add('last');
    hooks.add('hangs', never, { timeout: '2s' });
    const done = run();
    await clock.advanceAsync(2_000);
    const results = await done;
    expect(outcomes(results)).toEqual(['hangs timeout', 'last done']);
    expect(results[0]).toMatchObject({ ms: 2_000 });
    expect(results[0]?.error?.message).toBe('Shutdown hook "hangs" failed: it took longer than 2 s');
  });

  it('hooks whose turn comes after the budget are skipped, and said to be', async () => {
    const { hooks, add, run, ran, clock } = await setUp(3_000);
    add('skipped');
    hooks.add('hangs', never);
    const done = run();
    await clock.advanceAsync(3_000);
    const results = await done;
    expect(outcomes(results)).toEqual(['hangs timeout', 'skipped skipped']);
    expect(results[1]?.error).toMatchObject({ code: 'HOOK_FAILED' });
    expect(ran).toEqual([]);
  });

  it('no timer is left behind', async () => {
    const { add, run, clock } = await setUp();
    add('a', { timeout: '1s' });
    await run();
    expect(clock.pending).toBe(0);
  });
});

describe('ShutdownHooks: time', () => {
  it('a hook is told the earlier of its own deadline and that of the stop', async () => {
    const { hooks, run } = await setUp(3_000);
    const left: number[] = [];
    hooks.add('a', (ctx) => left.push(ctx.timeLeft), { timeout: '1s' });
    hooks.add('b', (ctx) => left.push(ctx.timeLeft), { timeout: '1m' });
    hooks.add('c', (ctx) => left.push(ctx.timeLeft));
    await run();
    expect(left).toEqual([3_000, 3_000, 1_000]);
  });

  it('a timeout that is none is refused at once', async () => {
    const { hooks } = await setUp();
    expect(() => {
      hooks.add('http', never, { timeout: 'soon' as '1s' });
    }).toThrow('timeout of hook "http" must be milliseconds');
  });
});
