import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { customCheck } from '../../../src/health/index.ts';
import { createManualClock, type ManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createWatchdog, type Notice, type WatchdogOptions, type WatchTarget } from '../../../src/watchdog/index.ts';
import { heapInUse } from '../../support/collect-garbage.ts';
import { advanceUntil } from './advance-until.ts';
import { fakeService } from './fake-service.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function setUp(
  targets: (clock: ManualClock) => readonly WatchTarget[],
  options: Partial<WatchdogOptions> = {},
  clock = createManualClock(),
) {
  const watchdog = createWatchdog({ targets: targets(clock), clock, random: () => 0.5, ...options });
  open.push(watchdog);
  const notices: string[] = [];
  const moves: string[] = [];
  watchdog.on('notice', (notice: Notice) => notices.push(`${notice.severity}: ${notice.text}`));
  watchdog.on('change', (target, before) => moves.push(`${target.name}: ${before} → ${target.state}`));
  await watchdog.start();
  return { clock, watchdog, notices, moves };
}

describe('createWatchdog', () => {
  it('restarts a service that crashed, within an interval and a second, and tells of it', async () => {
    let service!: ReturnType<typeof fakeService>;
    const { clock, notices, moves } = await setUp((its) => [{ name: 'Orders', service: (service = fakeService(its)) }]);
    await clock.advance('12s');
    service.kill();
    const killed = clock.now();
    await clock.advance('20s');
    expect(service.restarts).toHaveLength(1);
    expect(service.restarts[0]! - killed).toBeLessThanOrEqual(6_000);
    expect(moves).toEqual(['Orders: normal → failed', 'Orders: failed → recovering', 'Orders: recovering → normal']);
    expect(notices).toEqual([
      'warn: Orders does not work (service: it stopped with exit code 1067: the process terminated unexpectedly)',
      'warn: Orders: restart (service: it stopped with exit code 1067: the process terminated unexpectedly)',
      'info: Orders works again',
    ]);
  });

  it('leaves a service alone that was stopped on purpose, unless it must keep running', async () => {
    const services: ReturnType<typeof fakeService>[] = [];
    const { clock, watchdog } = await setUp((its) => {
      services.push(fakeService(its), fakeService(its));
      return [
        { name: 'a', service: services[0]!, checks: [customCheck('ping', () => services[0]!.state === 'running')] },
        { name: 'b', service: services[1]!, keepRunning: true },
      ];
    });
    await clock.advance('10s');
    for (const service of services) await service.stop();
    await clock.advance('2m');
    expect(services.map(({ restarts }) => restarts.length)).toEqual([0, 1]);
    expect(watchdog.target('a')).toMatchObject({
      state: 'off',
      reason: expect.stringContaining('it is stopped') as string,
    });
    services[0]!.state = 'running';
    await clock.advance('20s');
    expect(watchdog.target('a')?.state).toBe('normal');
  });

  it('restarts a service that runs and does not answer, within threshold × interval + 1 s', async () => {
    let service!: ReturnType<typeof fakeService>;
    let ok = true;
    const { clock } = await setUp((its) => [
      {
        name: 'Orders',
        service: (service = fakeService(its)),
        checks: [customCheck('ping', () => ok, { interval: '5s' })],
      },
    ]);
    await clock.advance('31s');
    ok = false;
    const broke = clock.now();
    await clock.advance('16s');
    expect(service.restarts).toHaveLength(1);
    expect(service.restarts[0]! - broke).toBeLessThanOrEqual(16_000);
  });

  it('waits longer before each restart, gives up at the limit, and tries again after the quiet time', async () => {
    let service!: ReturnType<typeof fakeService>;
    const { clock, watchdog, notices } = await setUp(
      (its) => [{ name: 'Orders', service: (service = fakeService(its)) }],
      { policy: { backoff: '10s', limit: { count: 4, per: '1h' }, quiet: '2h', grace: '5s' } },
    );
    service.sick = true;
    service.kill();
    await clock.advance('30m');
    const gaps = service.restarts.slice(1).map((at, n) => Math.round((at - service.restarts[n]!) / 1_000));
    expect(gaps).toEqual([10, 20, 40]);
    expect(watchdog.target('Orders')).toMatchObject({ state: 'quiet', recentActions: 4 });
    expect(notices.at(-1)).toBe(
      'error: Orders: gave up for now (4 actions did not help; service: it stopped with exit code 1067: the process terminated unexpectedly)',
    );
    service.sick = false;
    await clock.advance('2h');
    expect(service.restarts).toHaveLength(5);
    expect(watchdog.target('Orders')?.state).toBe('normal');
  });

  it('remembers its counts over its own restart, written before the deed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'winsvc-wd-'));
    const stateFile = join(folder, 'state.json');
    const clock = createManualClock();
    const service = fakeService(clock);
    service.sick = true;
    service.kill();
    let written = '';
    const restart = service.restart;
    service.restart = async (): Promise<void> => {
      written = await readFile(stateFile, 'utf8');
      await restart();
    };
    const policy = { limit: { count: 3, per: '1d' }, grace: '1s' } as const;
    for (let life = 0; life < 4; life += 1) {
      const { watchdog } = await setUp(() => [{ name: 'Orders', service }], { stateFile, policy }, clock);
      const before = service.restarts.length;
      await advanceUntil(clock, () => {
        if (life < 3) expect(service.restarts.length).toBeGreaterThan(before);
        else expect(watchdog.target('Orders')?.state).toBe('quiet');
      });
      await watchdog.close();
    }
    expect(JSON.parse(written)).toMatchObject({ targets: { Orders: { streak: 3 } } });
    expect(service.restarts).toHaveLength(3);
    await rm(folder, { recursive: true });
  });

  it('acts on a dependency first, and on what depends on it only where that did not help', async () => {
    const names = ['db', 'api', 'web'] as const;
    const services: Record<string, ReturnType<typeof fakeService>> = {};
    const { clock, watchdog, notices } = await setUp((its) =>
      names.map((name, index) => ({
        name,
        service: (services[name] = fakeService(its)),
        ...(index > 0 && { dependsOn: [names[index - 1]!] }),
      })),
    );
    await clock.advance('10s');
    services['db']!.sick = true;
    for (const name of names) services[name]!.kill();
    await clock.advance('15s');
    expect(services['api']!.restarts).toEqual([]);
    expect(watchdog.target('api')).toMatchObject({ state: 'failed', heldBy: 'db' });
    services['db']!.sick = false;
    await clock.advance('2m');
    const [db, api, web] = names.map((name) => services[name]!.restarts);
    expect(db!.length).toBeGreaterThan(1);
    expect(api).toHaveLength(1);
    expect(web).toHaveLength(1);
    expect(api![0]).toBeGreaterThanOrEqual(db!.at(-1)!);
    expect(web![0]).toBeGreaterThanOrEqual(api![0]!);
    expect(notices.filter((text) => text.startsWith('info'))).toHaveLength(3);
  });

  it('does nothing and tells nobody in a maintenance window or a pause, and acts after it', async () => {
    let service!: ReturnType<typeof fakeService>;
    const { clock, watchdog, notices } = await setUp(
      (its) => [{ name: 'Orders', service: (service = fakeService(its)) }],
      { maintenance: [{ from: '23:30', to: '00:30', utc: true }] },
    );
    service.kill();
    await clock.advance('29m');
    expect([service.restarts.length, notices.length]).toEqual([0, 0]);
    expect(watchdog.target('Orders')).toMatchObject({ state: 'failed', heldBy: 'maintenance' });
    await clock.advance('2m');
    expect(service.restarts).toHaveLength(1);
    watchdog.pause('Orders', '10m');
    service.kill();
    await clock.advance('9m');
    expect(service.restarts).toHaveLength(1);
    watchdog.pause('Orders', 0);
    await clock.advance('5s');
    expect(service.restarts).toHaveLength(2);
    expect(() => {
      watchdog.pause('nobody', '1m');
    }).toThrow('no target "nobody"');
  });

  it('takes the next action where the one before did not help, and survives those that throw or hang', async () => {
    const done: string[] = [];
    let signal: AbortSignal | undefined;
    const { clock, notices } = await setUp(
      () => [
        {
          name: 'Orders',
          checks: [customCheck('ping', () => false, { interval: '5s' })],
          actionTimeout: '20s',
          actions: [
            { name: 'first', call: ({ attempt }) => void done.push(`first ${attempt}`) },
            { name: 'second', call: () => Promise.reject(new Error('no way')) },
            { name: 'third', call: (context) => new Promise(() => (signal = context.signal)) },
          ],
        },
      ],
      { policy: { backoff: '1s', limit: { count: 3, per: '1h' } } },
    );
    await clock.advance('5m');
    expect(done).toEqual(['first 1']);
    expect(signal?.aborted).toBe(true);
    expect(notices.filter((text) => text.startsWith('error'))).toEqual([
      'error: Orders: second failed (no way)',
      'error: Orders: third failed (third took longer than 20 s)',
      expect.stringContaining('Orders: gave up'),
    ]);
  });

  it('runs a command without a shell, and says what it wrote when it failed', async () => {
    const clock = createManualClock();
    const script = 'console.error(process.argv[1], process.env.WATCH_TARGET); process.exit(3)';
    const ends: (string | undefined)[] = [];
    const watchdog = createWatchdog({
      clock,
      targets: [
        {
          name: 'Orders',
          checks: [customCheck('ping', () => false)],
          actions: { run: process.execPath, args: ['-e', script, 'a & b'] },
        },
      ],
      thresholds: { failures: 1, confirm: 0 },
    });
    open.push(watchdog);
    const ended = new Promise<void>((resolve) => {
      watchdog.on('actionEnd', (_, error) => {
        ends.push(error?.message);
        resolve();
      });
    });
    await watchdog.start();
    await clock.advance('2s');
    await ended;
    expect(ends[0]).toContain('a & b Orders');
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    let service!: ReturnType<typeof fakeService>;
    const { clock, notices } = await setUp((its) => [{ name: 'Orders', service: (service = fakeService(its)) }], {
      dryRun: true,
    });
    service.kill();
    await clock.advance('10s');
    expect(service.restarts).toEqual([]);
    expect(notices[1]).toBe(
      'warn: Orders: dry run: restart (service: it stopped with exit code 1067: the process terminated unexpectedly)',
    );
  });

  it('only tells where there is nothing to do', async () => {
    const { clock, watchdog, notices } = await setUp(() => [
      { name: 'site', checks: [customCheck('ping', () => false)] },
    ]);
    await clock.advance('1h');
    expect(watchdog.target('site')?.state).toBe('failed');
    expect(notices).toEqual(['warn: site does not work (ping check: the check said no)']);
  });

  it('follows heartbeats: lost, never come, goodbye', async () => {
    const known: Record<string, 'alive' | 'lost' | 'ended'> = { lost: 'alive', bye: 'alive' };
    const receiver = {
      sender: (id: string) => (known[id] ? { state: known[id], lastAt: new Date(0) } : undefined),
    };
    const { clock, watchdog } = await setUp(() =>
      ['lost', 'bye', 'never'].map((name) => ({ name, heartbeat: { receiver } })),
    );
    await clock.advance('30s');
    expect(watchdog.report().map(({ state }) => state)).toEqual(['normal', 'normal', 'normal']);
    Object.assign(known, { lost: 'lost', bye: 'ended' });
    await clock.advance('40s');
    expect(watchdog.report().map(({ state }) => state)).toEqual(['failed', 'off', 'failed']);
  });

  it('hears of a lost heartbeat at once, and leaves it to the SCM whether a goodbye was wanted', async () => {
    const lastAt = new Date(0);
    const states = new Map<string, 'alive' | 'lost' | 'ended'>([['orders', 'alive']]);
    const listeners = new Set<(sender: { id: string }) => void>();
    const receiver = {
      sender: (id: string) => ({ state: states.get(id) ?? 'alive', lastAt }),
      on: (_: 'change', fn: (sender: { id: string }) => void) => listeners.add(fn),
      off: (_: 'change', fn: (sender: { id: string }) => void) => listeners.delete(fn),
    };
    const become = (id: string, state: 'alive' | 'lost' | 'ended') => {
      states.set(id, state);
      for (const fn of listeners) fn({ id });
    };
    let service!: ReturnType<typeof fakeService>;
    const { clock, watchdog } = await setUp((its) => [
      { name: 'orders', service: (service = fakeService(its)), heartbeat: { receiver } },
    ]);
    await clock.advance('5s');
    const before = clock.now();
    become('somebody else', 'lost');
    become('orders', 'lost');
    expect(watchdog.target('orders')?.state).toBe('recovering');
    await clock.advance(0);
    expect(service.restarts).toEqual([before]);
    become('orders', 'alive');
    await clock.advance('20m');
    // It failed and said goodbye on its way out: a crash all the same.
    service.kill();
    become('orders', 'ended');
    expect(watchdog.target('orders')?.state).toBe('normal');
    await clock.advance('10s');
    expect(service.restarts).toHaveLength(2);
    // Stopped on purpose.
    await service.stop();
    await clock.advance('1m');
    expect(watchdog.target('orders')?.state).toBe('off');
    expect(service.restarts).toHaveLength(2);
    await watchdog.close();
    expect(listeners.size).toBe(0);
  });

  it('restarts at most so many at once', async () => {
    let running = 0;
    let most = 0;
    const { clock, watchdog } = await setUp(
      (its) =>
        Array.from({ length: 30 }, (_, n) => {
          const service = fakeService(its);
          service.kill();
          service.restart = async () => {
            most = Math.max(most, ++running);
            await new Promise<void>((resolve) => its.setTimeout(resolve, 1_000));
            running -= 1;
            service.state = 'running';
          };
          return { name: `t${n}`, service };
        }),
      { actionsAtOnce: 3 },
    );
    await clock.advance('30s');
    expect(most).toBe(3);
    expect(watchdog.report().every(({ state }) => state === 'normal')).toBe(true);
  });

  it('names everything that is wrong with its options', () => {
    const service = fakeService(createManualClock());
    const make = (options: unknown) => () => createWatchdog(options as WatchdogOptions);
    expect(
      make({
        targets: [
          { name: 'a', service, dependsOn: ['b', 'x'] },
          { name: 'b', service, dependsOn: ['a'] },
          { name: 'c', checks: [], actions: 'restart' },
          { name: 'c', service },
        ],
        interval: 0,
        maintenance: [{ from: '25:00', to: '1:00' }],
      }),
    ).toThrow(
      /8 options are wrong[\s\S]*no target "x"[\s\S]*has nothing to watch[\s\S]*restart needs a service[\s\S]*"c" is taken twice[\s\S]*a → b → a/,
    );
  });

  it('closes twice, and refuses to start again', async () => {
    const { watchdog } = await setUp(() => [{ name: 'site', checks: [customCheck('ping', () => true)] }]);
    await watchdog.start();
    await watchdog.close();
    await watchdog.close();
    await expect(watchdog.start()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('1,000 targets, asked every 5 s, for 20 minutes of virtual time', () => {
  it('restarts no healthy one although 1 % of its probes fail by chance; memory stays flat', async () => {
    const random = randomFrom(7);
    let probes = 0;
    let failures = 0;
    let restarts = 0;
    const probe = () => {
      probes += 1;
      const fails = random() < 0.01;
      if (fails) failures += 1;
      return !fails;
    };
    const { clock, watchdog } = await setUp(
      () =>
        Array.from({ length: 1_000 }, (_, n) => ({
          name: `target ${n}`,
          checks: [customCheck('probe', probe, { interval: '5s' })],
          actions: { name: 'restart', call: () => void (restarts += 1) },
        })),
      { random },
    );
    await clock.advance('10m');
    const before = heapInUse();
    const cpu = process.cpuUsage();
    await clock.advance('10m');
    const { user, system } = process.cpuUsage(cpu);
    const grown = heapInUse() - before;
    expect(probes).toBeGreaterThan(238_000);
    expect(failures / probes).toBeGreaterThan(0.009);
    expect(restarts).toBe(0);
    expect(watchdog.report().filter(({ state }) => state === 'failed')).toEqual([]);
    expect(grown, 'bytes of heap more than after half of the time').toBeLessThan(2 * 2 ** 20);
    // 20 % of one core; what a probe itself costs comes on top.
    expect((user + system) / 1e6 / (10 * 60)).toBeLessThan(0.2);
  }, 120_000);
});

/** Random numbers that are the same on every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
