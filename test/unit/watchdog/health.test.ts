// What a source reports, `watchdog.health` must show too.
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { createWatchdog, type WatchedEvent } from '../../../src/watchdog/index.ts';
import { advanceUntil } from './advance-until.ts';
import { fakeService } from './fake-service.ts';

const noActions = { actions: [] } as const;

describe('watchdog.health', () => {
  it.each([
    ['crashed', { state: 'stopped', exit: { win32: 1067 } }, false, 'unhealthy'],
    ['ended by itself with a code', { state: 'stopped', exit: { service: 3 } }, false, 'unhealthy'],
    ['stopped on purpose', { state: 'stopped', exit: { win32: 0 } }, false, 'suspect'],
    ['stopped on purpose, and must run', { state: 'stopped', exit: { win32: 0 } }, true, 'unhealthy'],
    ['paused', { state: 'paused' }, false, 'suspect'],
    ['starting', { state: 'startPending' }, false, 'suspect'],
    ['running', { state: 'running' }, false, 'healthy'],
  ] as const)('calls a service that is %s by its name', async (_, status, keepRunning, expected) => {
    const clock = createManualClock();
    const service = Object.assign(fakeService(clock), status);
    await using watchdog = createWatchdog({ targets: [{ name: 'a', service, keepRunning, ...noActions }], clock });
    await watchdog.start();
    await clock.advance('2s');
    expect(watchdog.health.check('a: service')?.state).toBe(expected);
    expect(watchdog.health.is('ready')).toBe(expected === 'healthy');
    service.state = 'running';
    await clock.advance('6s');
    expect(watchdog.health.check('a: service')?.state).toBe('healthy');
    expect(watchdog.target('a')).toMatchObject({ state: 'normal', reason: '' });
  });

  it('believes that the SCM cannot be asked only after the thresholds, and forgets it', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    const { status } = service;
    await using watchdog = createWatchdog({ targets: [{ name: 'a', service, ...noActions }], clock });
    await watchdog.start();
    await clock.advance('6s');
    service.status = () => Promise.reject(new Error('the RPC server is unavailable'));
    await clock.advance('6s');
    expect(watchdog.health.check('a: service')?.state).toBe('suspect');
    expect(watchdog.target('a')?.state).toBe('suspect');
    await clock.advance('20s');
    expect(watchdog.health.check('a: service')?.state).toBe('unhealthy');
    expect(watchdog.target('a')).toMatchObject({ reason: 'service check: the RPC server is unavailable' });
    service.status = status;
    await clock.advance('6s');
    expect(watchdog.health.check('a: service')?.state).toBe('healthy');
    expect(watchdog.target('a')).toMatchObject({ state: 'normal', reason: '' });
  });

  it('shows one reason for one failure', async () => {
    const clock = createManualClock();
    const service = fakeService(clock);
    await using watchdog = createWatchdog({ targets: [{ name: 'a', service, ...noActions }], clock });
    await watchdog.start();
    service.kill();
    await clock.advance('1m');
    expect(watchdog.target('a')?.reason).toMatch(/^service: it stopped with exit code 1067: [^;]*$/);
  });

  it.each([
    ['alive', false, 'healthy'],
    ['lost', false, 'unhealthy'],
    ['ended', false, 'suspect'],
    ['never seen', false, 'unhealthy'],
    ['lost', true, 'unhealthy'],
  ] as const)('calls a sender that is %s by its name, with a service: %s', async (state, hasService, expected) => {
    const clock = createManualClock();
    const sender = () => (state === 'never seen' ? undefined : { state, lastAt: new Date(clock.now() - 20_000) });
    const target = {
      name: 'a',
      heartbeat: { receiver: { sender } },
      ...(hasService && { service: fakeService(clock) }),
      ...noActions,
    };
    await using watchdog = createWatchdog({ targets: [target], clock });
    await watchdog.start();
    await clock.advance('70s');
    expect(watchdog.health.check('a: heartbeat')?.state).toBe(expected);
  });

  it('shows a bad log until it is over', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'winsvc-health-'));
    const file = join(folder, 'app.log');
    await writeFile(file, '');
    const clock = createManualClock();
    await using watchdog = createWatchdog({ targets: [{ name: 'a', log: { file, patterns: ['bad'] } }], clock });
    await watchdog.start();
    const is = (state: string) => advanceUntil(clock, () => expect(watchdog.health.check('a: log')?.state).toBe(state));
    await is('healthy');
    await appendFile(file, 'bad\n');
    await is('unhealthy');
    expect(watchdog.health.check('a: log')?.message).toBe('1 × bad');
    await clock.advance('61s');
    await is('healthy');
    await rm(folder, { recursive: true });
  });

  it('shows bad events until they are over, and only those of the user that was asked for', async () => {
    const clock = createManualClock();
    const event = (user?: string): WatchedEvent => ({ id: 7, source: 'Orders', message: 'bad', strings: [], user });
    const waiting = [event('S-1-5-21-1-2-3-1001'), event()];
    let wake = (): void => undefined;
    async function* read() {
      for (;;) {
        const next = waiting.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    const events = { read, ids: [7], user: ['s-1-5-18', 'S-1-5-19'] };
    await using watchdog = createWatchdog({ targets: [{ name: 'a', events }], clock });
    await watchdog.start();
    await clock.advance('3s');
    expect(watchdog.health.check('a: events')?.state).toBe('healthy');
    waiting.push(event('S-1-5-18'));
    wake();
    await clock.advance('2s');
    expect(watchdog.health.check('a: events')?.state).toBe('unhealthy');
    await clock.advance('61s');
    expect(watchdog.health.check('a: events')?.state).toBe('healthy');
  });
});
