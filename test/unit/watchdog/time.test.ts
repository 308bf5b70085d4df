// Clocks that are wrong, set back or ahead, and a loop that stands still.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { maintenanceEnd } from '../../../src/watchdog/decision/maintenance.ts';
import { createWatchdog } from '../../../src/watchdog/index.ts';
import { readState } from '../../../src/watchdog/watchdog-state-store.ts';
import { advanceUntil } from './advance-until.ts';
import { fakeService } from './fake-service.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-time-'));
});
afterEach(() => rm(folder, { recursive: true }));

const YEAR = 365 * 86_400_000;

describe('a state file with times that lie ahead', () => {
  it('counts them as now, and keeps a quiet time no longer than the policy', () => {
    const now = 5_000;
    const timeOfDay = Date.UTC(2026, 0, 1);
    const ahead = timeOfDay + YEAR;
    const { targets } = readState(
      {
        version: 1,
        targets: {
          a: {
            actions: [timeOfDay - 60_000, ahead],
            streak: 2,
            lastActionAt: ahead,
            quietUntil: ahead,
            gaveUpAt: ahead,
          },
        },
      },
      { now, timeOfDay },
      () => 3_600_000,
    );
    expect(targets.get('a')).toEqual({
      actions: [now - 60_000, now],
      streak: 2,
      lastActionAt: now,
      quietUntil: now + 3_600_000,
      gaveUpAt: now,
      unfinished: false,
      dependents: [],
    });
  });

  it.each([YEAR, 2 * 3_600_000, 30 * 86_400_000])('acts after its backoff: %i ms ahead', async (aheadMs) => {
    const clock = createManualClock();
    const service = fakeService(clock);
    const stateFile = join(folder, 'state.json');
    const ahead = clock.now() + aheadMs;
    await writeFile(
      stateFile,
      JSON.stringify({ version: 1, targets: { Orders: { actions: [ahead], streak: 1, lastActionAt: ahead } } }),
    );
    const watchdog = createWatchdog({ targets: [{ name: 'Orders', service }], clock, stateFile });
    await watchdog.start();
    service.kill();
    const killed = clock.now();
    await advanceUntil(clock, () => expect(service.restarts).toHaveLength(1));
    expect(service.restarts[0]! - killed).toBeLessThan(60_000);
    await watchdog.close();
  });

  it.each(['garbage', '[]', '{"version":2}', '{"version":1,"targets":{"a":{"actions":"x"}},"notices":{"n":[5]}}'])(
    'reads what it can: %s',
    async (text) => {
      await writeFile(join(folder, 'state.json'), text);
      const errors: Error[] = [];
      const watchdog = createWatchdog({ targets: [], stateFile: join(folder, 'state.json') });
      watchdog.on('error', (error) => errors.push(error));
      await watchdog.start();
      expect(errors.length).toBe(text === 'garbage' ? 1 : 0);
      await watchdog.close();
    },
  );
});

describe('the time of day', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([-2 * 3_600_000, YEAR])('has no say in when a service is restarted: moved by %i ms', async (byMs) => {
    const real = Date.now.bind(Date);
    let moved = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => real() + moved);
    const service = fakeService({ now: () => performance.now(), setTimeout: () => () => undefined });
    const stateFile = join(folder, 'state.json');
    const watchdog = createWatchdog({
      targets: [{ name: 'Orders', service }],
      interval: '20ms',
      policy: { backoff: '50ms', grace: '20ms' },
      stateFile,
    });
    await watchdog.start();
    service.kill();
    await vi.waitFor(() => expect(service.restarts).toHaveLength(1), { timeout: 10_000 });
    moved = byMs;
    await vi.waitFor(() => expect(watchdog.target('Orders')?.state).toBe('normal'), { timeout: 10_000 });
    service.kill();
    await vi.waitFor(() => expect(service.restarts).toHaveLength(2), { timeout: 10_000 });
    // Reports and files show the time of day as it is now.
    await vi.waitFor(() => expect(watchdog.target('Orders')?.state).toBe('normal'), { timeout: 10_000 });
    expect(Math.abs(watchdog.target('Orders')!.lastActionAt!.getTime() - Date.now())).toBeLessThan(60_000);
    await watchdog.close();
    const saved = JSON.parse(await readFile(stateFile, 'utf8')) as { targets: { Orders: { lastActionAt: number } } };
    expect(Math.abs(saved.targets.Orders.lastActionAt - Date.now())).toBeLessThan(60_000);
  });
});

describe('timers', () => {
  it('never wait for longer than two minutes, however far away the next decision is', async () => {
    const clock = createManualClock();
    const asked: number[] = [];
    const service = fakeService(clock);
    service.sick = true;
    const watchdog = createWatchdog({
      targets: [{ name: 'Orders', service }],
      policy: { limit: { count: 1, per: '1h' }, quiet: 24 * 86_400_000 },
      clock: {
        now: () => clock.now(),
        setTimeout(fn, ms) {
          asked.push(ms);
          return clock.setTimeout(fn, ms);
        },
      },
    });
    await watchdog.start();
    service.kill();
    await clock.advance('5m');
    expect(watchdog.target('Orders')?.state).toBe('quiet');
    watchdog.pause('Orders', 24 * 86_400_000);
    await clock.advance('5m');
    expect(Math.max(...asked)).toBeLessThanOrEqual(120_000);
    await watchdog.close();
  });
});

describe('a stall of the watchdog itself', () => {
  it.each([8_000, 120_000])('of %i ms restarts no healthy service, and a dead one afterwards', async (stallMs) => {
    const clock = createManualClock();
    let stalled = 0;
    const its = { now: () => clock.now() + stalled, setTimeout: clock.setTimeout.bind(clock) };
    const senders: Record<string, 'alive' | 'lost'> = { a: 'alive', b: 'alive' };
    const receiver = { sender: (id: string) => ({ state: senders[id] ?? 'alive', lastAt: new Date(0) }) };
    const acted: string[] = [];
    const watchdog = createWatchdog({
      targets: ['a', 'b'].map((name) => ({
        name,
        heartbeat: { receiver },
        actions: { name: 'heal', call: () => void acted.push(name) },
      })),
      clock: its,
    });
    const notices: string[] = [];
    watchdog.on('notice', ({ text }) => notices.push(text));
    await watchdog.start();
    await clock.advance('10s');
    // The loop stood still: the receiver heard of nothing meanwhile, and reads its backlog a moment later.
    stalled += stallMs;
    senders['a'] = senders['b'] = 'lost';
    await clock.advance('1s');
    senders['a'] = 'alive';
    await clock.advance('3s');
    expect([acted, notices]).toEqual([[], []]);
    expect(watchdog.target('b')).toMatchObject({
      state: 'failed',
      heldBy: expect.stringMatching(/^a delay of/) as string,
    });
    await clock.advance('2m');
    expect(new Set(acted)).toEqual(new Set(['b']));
    await watchdog.close();
  });
});

describe('maintenance windows when the clocks change', () => {
  const before = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = 'Europe/Berlin';
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
  const at = (text: string) => Date.parse(`${text}Z`);
  const spring = '2026-03-29T'; // 02:00 becomes 03:00 at 01:00 UTC
  const autumn = '2026-10-25T'; // 03:00 becomes 02:00 at 01:00 UTC

  it('begin with the change where it skips their beginning', () => {
    const window = { from: '02:30', to: '03:30' };
    expect(maintenanceEnd([window], at(`${spring}00:59:59`))).toBeUndefined();
    expect(maintenanceEnd([window], at(`${spring}01:00`))).toBe(at(`${spring}01:30`));
    expect(maintenanceEnd([window], at(`${spring}01:29:59`))).toBe(at(`${spring}01:30`));
    expect(maintenanceEnd([window], at(`${spring}01:30`))).toBeUndefined();
  });
  it('end with the change where it skips their end, and are empty where it skips all of them', () => {
    expect(maintenanceEnd([{ from: '01:00', to: '02:30' }], at(`${spring}00:59`))).toBe(at(`${spring}01:00`));
    expect(maintenanceEnd([{ from: '02:10', to: '02:50' }], at(`${spring}01:00`))).toBeUndefined();
  });
  it('last until the second time where their end comes twice', () => {
    const window = { from: '01:00', to: '02:30' };
    expect(maintenanceEnd([window], at(`${autumn}00:45`))).toBe(at(`${autumn}01:30`));
    expect(maintenanceEnd([window], at(`${autumn}01:29`))).toBe(at(`${autumn}01:30`));
    expect(maintenanceEnd([{ from: '02:30', to: '03:30' }], at(`${autumn}00:30`))).toBe(at(`${autumn}02:30`));
    expect(maintenanceEnd([{ from: '02:30', to: '03:30' }], at(`${autumn}01:15`))).toBe(at(`${autumn}02:30`));
  });
});
