import { expect } from 'vitest';
import type { Contract } from '../suite.ts';
import { CLEAN, endingOf, stopCleanly, TIMED_OUT } from '../support/ending.ts';

export function slowPhases({ install, it }: Contract): void {
  it('counts the checkpoints of the app while it starts', async () => {
    const service = await install({ start: ['hold', { checkpoint: 'loaded' }, 'hold'] });
    await service.start();
    await service.event('start');
    const { checkpoint } = await service.until('the connection', (status) => status.checkpoint > 0);
    service.release('start');
    await service.until('the checkpoint', (status) => status.checkpoint > checkpoint);
    service.release('start');
    await service.waitFor('running');
    await stopCleanly(service);
  });

  it('shows progress by itself while the event loop turns, with what is left of the budget as wait hint', async () => {
    const service = await install({ start: ['hold'], timeouts: { start: 20_000 } });
    await service.start();
    await service.event('start');
    const first = await service.until('the connection', ({ checkpoint }) => checkpoint > 0);
    const later = await service.until('a renewal', ({ checkpoint }) => checkpoint > first.checkpoint + 1);
    expect(first.waitHintMs).toBeLessThanOrEqual(20_000);
    expect(later.waitHintMs).toBeLessThanOrEqual(first.waitHintMs - 900);
    service.release('start');
    await service.waitFor('running');
    await stopCleanly(service);
  });

  it('shows no progress while the event loop is blocked', async () => {
    const service = await install({ start: [{ block: 2_500 }, 'hold'], timeouts: { start: 20_000 } });
    const recorded = await service.record();
    await service.start();
    const before = await service.until('the connection', ({ checkpoint }) => checkpoint > 0);
    await service.event('start');
    const after = await service.until('the end of the block', ({ checkpoint }) => checkpoint > before.checkpoint + 1);
    expect(after.waitHintMs).toBeLessThanOrEqual(before.waitHintMs - 2_400);
    service.release('start');
    await service.waitFor('running');
    await service.control('stop');
    const blocked = (await recorded()).filter(({ state, waitHintMs }) => {
      return state === 'startPending' && waitHintMs < before.waitHintMs && waitHintMs > before.waitHintMs - 2_400;
    });
    // One renewal may be for a turn of the loop just before.
    expect(blocked.length).toBeLessThanOrEqual(1);
    expect(await endingOf(service)).toEqual(CLEAN);
  });

  it('fails when start takes longer than its timeout', async () => {
    const service = await install({ start: [{ wait: 5_000 }], timeouts: { start: 300 } });
    await service.start();
    expect(await endingOf(service)).toEqual(TIMED_OUT);
    expect(service.events.map(({ event }) => event)).not.toContain('start done');
  });

  it('has more time for what asks for it: start, pause, a command, stop, a hook', async () => {
    const slow = [{ requestTime: 5_000 }, { wait: 400 }];
    const service = await install({
      start: [{ hook: 'hook', plan: slow, timeout: 100 }, ...slow],
      pause: slow,
      resume: [],
      commands: { slow: { code: 128, plan: slow } },
      stop: slow,
      timeouts: { start: 200, pause: 200, control: 200, stop: 200 },
    });
    await service.run();
    await service.control(128);
    await service.event('slow done');
    await service.control('pause');
    await service.waitFor('paused');
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.at(-1)?.event).toBe('hook done');
  });

  it('tells the SCM at once of the time that it asks for', async () => {
    const service = await install({ start: ['hold', { requestTime: 90_000 }, 'hold'], timeouts: { start: 10_000 } });
    await service.start();
    await service.event('start');
    service.release('start');
    const { waitHintMs } = await service.until('the time', (status) => status.waitHintMs > 10_000);
    expect(waitHintMs).toBeGreaterThan(80_000);
    service.release('start');
    await service.waitFor('running');
    await stopCleanly(service);
  });
}
