// Actions that were cut in half: by an error of the SCM, or by the end of the watchdog.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { win32Code, type Win32Symbol } from '../../../src/errors/win32-codes.ts';
import { Win32Error } from '../../../src/errors/win32-error.ts';
import { createManualClock, type ManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createWatchdog, type Notice, type WatchdogOptions } from '../../../src/watchdog/index.ts';
import { advanceUntil } from './advance-until.ts';
import { fakeService } from './fake-service.ts';

let folder: string;
let stateFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winsvc-half-'));
  stateFile = join(folder, 'state.json');
});
afterEach(() => rm(folder, { recursive: true }));

const refused = (symbol: Win32Symbol) =>
  new Win32Error({ api: 'StartServiceW', action: 'start service "Orders"', win32Code: win32Code(symbol) });

async function watch(clock: ManualClock, service: ReturnType<typeof fakeService>, more: Partial<WatchdogOptions> = {}) {
  const watchdog = createWatchdog({ targets: [{ name: 'Orders', service }], clock, random: () => 0.5, ...more });
  const notices: Notice[] = [];
  watchdog.on('notice', (notice) => notices.push(notice));
  await watchdog.start();
  return { watchdog, notices, kinds: () => notices.map(({ kind }) => kind) };
}

describe('a restart whose start is refused', () => {
  it.each(['ERROR_SERVICE_DATABASE_LOCKED', 'RPC_S_SERVER_UNAVAILABLE', 'ERROR_SERVICE_REQUEST_TIMEOUT'] as const)(
    'is tried again until the service runs: %s',
    async (symbol) => {
      const clock = createManualClock();
      const service = fakeService(clock);
      const { watchdog, kinds } = await watch(clock, service);
      await clock.advance('1m');
      service.startFails = refused(symbol);
      service.kill();
      await clock.advance('30s');
      expect(service).toMatchObject({ state: 'stopped', exit: { win32: 0 } });
      expect(watchdog.target('Orders')?.state).not.toBe('off');
      expect(kinds()).toContain('actionFailed');
      service.startFails = undefined;
      await clock.advance('2m');
      expect(service.state).toBe('running');
      expect(watchdog.target('Orders')?.state).toBe('normal');
      // And a stop on purpose is one again.
      await service.stop();
      await clock.advance('1m');
      expect(watchdog.target('Orders')?.state).toBe('off');
      await watchdog.close();
    },
  );

  it.each(['ERROR_SERVICE_LOGON_FAILED', 'ERROR_SERVICE_DOES_NOT_EXIST', 'ERROR_FILE_NOT_FOUND'] as const)(
    'that can only be refused again has one attempt in each quiet time, and few notices: %s',
    async (symbol) => {
      const clock = createManualClock();
      const service = fakeService(clock);
      service.startFails = refused(symbol);
      const { watchdog, kinds } = await watch(clock, service);
      service.kill();
      for (let hour = 0; hour < 6; hour += 1) await clock.advance('1h');
      expect(service.restarts.length).toBeLessThanOrEqual(6);
      expect(kinds()).toEqual(['failed', 'acting', 'actionFailed', 'gaveUp']);
      expect(watchdog.target('Orders')?.state).toBe('quiet');
      service.startFails = undefined;
      await clock.advance('70m');
      expect(kinds().slice(4)).toEqual(['recovered']);
      await watchdog.close();
    },
  );

  it('is said again after a day', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    service.startFails = refused('ERROR_SERVICE_LOGON_FAILED');
    const { watchdog, kinds } = await watch(clock, service, { interval: '10m', policy: { quiet: '4h' } });
    service.kill();
    await clock.advance('2d');
    expect(kinds().filter((kind) => kind === 'gaveUp')).toHaveLength(2);
    await watchdog.close();
  });
});

describe('a disabled service', () => {
  it('is not stopped', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    service.startType = 'disabled';
    await writeFile(join(folder, 'app.log'), '');
    const { watchdog, notices } = await watch(clock, service, {
      targets: [{ name: 'Orders', service, log: { file: join(folder, 'app.log'), patterns: ['bad'] } }],
    });
    await advanceUntil(clock, () => expect(watchdog.health.check('Orders: log')?.state).toBe('healthy'));
    await writeFile(join(folder, 'app.log'), 'bad\n');
    await advanceUntil(clock, () =>
      expect(notices.find(({ kind }) => kind === 'actionFailed')?.text).toContain('1058 ERROR_SERVICE_DISABLED'),
    );
    expect(service).toMatchObject({ state: 'running', restarts: [] });
    await watchdog.close();
  });
});

describe('a watchdog that ends in the middle of a restart', () => {
  it('finishes it in its next life', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    let hangs = true;
    const restart = service.restart;
    service.restart = async () => {
      if (!hangs) return restart();
      service.restarts.push(clock.now());
      await service.stop();
      await new Promise(() => {});
    };
    const first = await watch(clock, service, { stateFile });
    service.kill();
    await advanceUntil(clock, () => expect(service.exit).toEqual({ win32: 0 }));
    expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({ targets: { Orders: { unfinished: true } } });
    await first.watchdog.close();
    hangs = false;
    const second = await watch(clock, service, { stateFile });
    await advanceUntil(clock, () => expect(second.kinds()).toEqual(['failed', 'acting', 'recovered']));
    expect(service.state).toBe('running');
    expect(second.notices[0]?.text).toContain('it is stopped since an action that did not finish');
    await service.stop();
    await advanceUntil(clock, () => expect(second.watchdog.target('Orders')?.state).toBe('off'));
    await second.watchdog.close();
  });
});

describe('services that depend on it', () => {
  /** A service with dependents, whose restart behaves as that of the SCM: only running dependents are stopped and started. */
  function withDependents(clock: ManualClock, names: readonly string[]) {
    const service = fakeService(clock);
    const running = new Set(names);
    let startFails: Error | undefined;
    return Object.assign(service, {
      running,
      failStarts: (error: Error | undefined) => (startFails = error),
      dependents: async () => [...running].map((name) => ({ name })),
      start: async ({ dependents = [] as readonly string[] } = {}) => {
        if (startFails) throw startFails;
        service.state = 'running';
        for (const name of dependents) running.add(name);
      },
      restart: async ({ dependents }: { dependents?: boolean | readonly string[] } = {}) => {
        service.restarts.push(clock.now());
        const again = [...running, ...(Array.isArray(dependents) ? (dependents as string[]) : [])];
        running.clear();
        await service.stop();
        if (startFails) throw startFails;
        service.state = 'running';
        for (const name of again) running.add(name);
      },
    });
  }

  it.each([[['Web']], [['Web', 'Mail', 'Übersicht']]])('%j are started with the next restart', async (names) => {
    const clock = createManualClock();
    const service = withDependents(clock, names);
    const { watchdog } = await watch(clock, service);
    service.failStarts(refused('ERROR_SERVICE_DATABASE_LOCKED'));
    service.kill();
    await clock.advance('30s');
    expect(service.running.size).toBe(0);
    service.failStarts(undefined);
    await clock.advance('2m');
    expect(service.state).toBe('running');
    expect([...service.running].sort()).toEqual([...names].sort());
    await watchdog.close();
  });

  it('are started by the next watchdog, when this one ended in the middle', async () => {
    const clock = createManualClock();
    const service = withDependents(clock, ['Web']);
    const { restart } = service;
    service.restart = async () => {
      service.restarts.push(clock.now());
      service.running.clear();
      await service.stop();
      await new Promise(() => {});
    };
    const first = await watch(clock, service, { stateFile });
    service.kill();
    await advanceUntil(clock, () => expect(service.running.size).toBe(0));
    expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({
      targets: { Orders: { dependents: ['Web'] } },
    });
    await first.watchdog.close();
    service.restart = restart;
    const second = await watch(clock, service, { stateFile });
    await advanceUntil(clock, () => expect([...service.running]).toEqual(['Web']));
    await advanceUntil(clock, () => expect(second.watchdog.target('Orders')?.state).toBe('normal'));
    await second.watchdog.close();
    expect(await readFile(stateFile, 'utf8')).not.toContain('Web');
  });

  it('are started when the service was started by others meanwhile; a notice says it where they cannot be', async () => {
    for (const fails of [false, true]) {
      const clock = createManualClock();
      const service = withDependents(clock, ['Web']);
      const { watchdog, notices } = await watch(clock, service);
      service.failStarts(refused('ERROR_SERVICE_DATABASE_LOCKED'));
      service.kill();
      // Before its next attempt.
      await clock.advance('5s');
      expect(service.state).toBe('stopped');
      // An administrator, or the recovery of the SCM.
      if (!fails) service.failStarts(undefined);
      service.state = 'running';
      await clock.advance('10s');
      expect([...service.running]).toEqual(fails ? [] : ['Web']);
      const said = notices.filter(({ text }) => text.includes('services that depend on it'));
      expect(said.map(({ kind }) => kind)).toEqual(fails ? ['actionFailed'] : []);
      await watchdog.close();
    }
  });

  it('that were stopped on purpose stay stopped', async () => {
    const clock = createManualClock();
    const service = withDependents(clock, ['Web']);
    service.running.delete('Web');
    const { watchdog } = await watch(clock, service);
    service.kill();
    await clock.advance('1m');
    expect(service.state).toBe('running');
    expect(service.running.size).toBe(0);
    await watchdog.close();
  });
});
