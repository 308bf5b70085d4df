import { expect } from 'vitest';
import type { Contract } from '../suite.ts';
import type { Steps } from '../plan.ts';
import { CLEAN, endingOf, FAILED, FAILED_STOP, TIMED_OUT } from '../support/ending.ts';

export function stopping({ install, it }: Contract): void {
  it('aborts the signal when it is stopped while it starts; a start that ends then is stopped like any other', async () => {
    const service = await install({ start: ['untilAborted'], stop: [] });
    await service.start();
    await service.event('start');
    expect((await service.control('stop')).status.state).toBe('stopPending');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.map(({ event }) => event)).toEqual(['start', 'start done', 'stop', 'stop done']);
  });

  it('has not failed when start gives up because of the stop', async () => {
    const service = await install({ start: ['rejectWhenAborted'], stop: [] });
    await service.start();
    await service.event('start');
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.map(({ event }) => event)).not.toContain('stop');
  });

  it('waits for a start that doesn’t look at the signal', async () => {
    const service = await install({ start: ['hold'], stop: [] });
    await service.start();
    await service.event('start');
    await service.control('stop');
    expect((await service.status()).state).toBe('stopPending');
    service.release('start');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.map(({ event }) => event)).toEqual(['start', 'start done', 'stop', 'stop done']);
  });

  for (const [recoverAfterFailedStop, ending] of [
    [false, FAILED_STOP],
    [true, TIMED_OUT],
  ] as const)
    it(`doesn’t wait beyond the time for the stop; recoverAfterFailedStop: ${recoverAfterFailedStop}`, async () => {
      const start: Steps = [{ hook: 'hook', plan: [] }, 'never'];
      const service = await install({ start, timeouts: { stop: 300 }, recoverAfterFailedStop });
      await service.start();
      await service.event('start');
      await service.control('stop');
      expect(await endingOf(service)).toEqual(ending);
    });

  it('waits for a pause that is under way, then stops', async () => {
    const service = await install({ pause: ['hold'], resume: [], stop: [] });
    await service.run();
    await service.control('pause');
    await service.event('pause');
    expect((await service.control('stop')).status.state).toBe('stopPending');
    service.release('pause');
    expect(await endingOf(service)).toEqual(CLEAN);
    const handled = service.events.map(({ event }) => event).slice(2);
    expect(handled).toEqual(['pause', 'pause done', 'stop', 'stop done']);
  });

  it('never goes back to RUNNING once it stops', async () => {
    const service = await install({ start: ['hold'], stop: ['hold'] });
    const recorded = await service.record();
    await service.start();
    await service.event('start');
    await service.control('stop');
    service.release('start');
    await service.event('stop');
    service.release('stop');
    const states = (await recorded()).map(({ state }) => state);
    expect(states.slice(states.indexOf('stopPending'))).not.toContain('running');
    expect(states.at(-1)).toBe('stopped');
    expect(await endingOf(service)).toEqual(CLEAN);
  });

  it('runs the hooks after stop: by order, then the last registered first, one after another', async () => {
    const service = await install({
      start: [
        { hook: 'first', plan: [] },
        { hook: 'second', plan: [{ wait: 20 }] },
        { hook: 'urgent', plan: [{ wait: 20 }], order: 1 },
        { hook: 'last', plan: [], order: -1 },
      ],
      stop: [],
    });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    const ran = service.events.map(({ event }) => event).slice(2);
    expect(ran).toEqual(['stop', 'urgent', 'second', 'first', 'last'].flatMap((name) => [name, `${name} done`]));
  });

  it('runs the hooks of a group at the same time, in the turn of the first of them', async () => {
    const service = await install({
      start: [
        { hook: 'database', plan: [] },
        { hook: 'http', plan: ['hold'], group: 'servers' },
        { hook: 'queue', plan: [] },
        { hook: 'grpc', plan: ['hold'], group: 'servers' },
      ],
    });
    await service.run();
    await service.control('stop');
    await service.event('http');
    await service.event('grpc');
    service.release('http');
    await service.event('http done');
    service.release('grpc');
    expect(await endingOf(service)).toEqual(CLEAN);
    const ran = service.events.map(({ event }) => event).slice(2);
    expect(ran).toEqual(['grpc', 'http', 'http done', 'grpc done', 'queue', 'queue done', 'database', 'database done']);
  });

  for (const [recoverAfterFailedStop, ending] of [
    [false, FAILED_STOP],
    [true, FAILED],
  ] as const)
    it(`fails when a hook fails, and runs the others; recoverAfterFailedStop: ${recoverAfterFailedStop}`, async () => {
      const service = await install({
        start: [
          { hook: 'first', plan: [] },
          { hook: 'broken', plan: ['throw'] },
        ],
        recoverAfterFailedStop,
      });
      await service.run();
      await service.control('stop');
      expect(await endingOf(service)).toEqual(ending);
      expect(service.events.map(({ event }) => event)).toContain('first done');
    });

  it('fails when a hook fails in a stop from inside', async () => {
    const service = await install({
      start: [{ hook: 'broken', plan: ['throw'] }],
      commands: { leave: { code: 128, plan: ['stopSelf'] } },
    });
    await service.run();
    await service.control(128);
    expect(await endingOf(service)).toEqual(FAILED);
  });

  it('fails when a hook takes longer than its timeout, and runs the others', async () => {
    const service = await install({
      start: [
        { hook: 'first', plan: [] },
        { hook: 'slow', plan: ['never'], timeout: 100 },
      ],
    });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(FAILED_STOP);
    expect(service.events.map(({ event }) => event)).toContain('first done');
  });

  it('skips the hooks for which no time is left', async () => {
    const service = await install({
      start: [
        { hook: 'first', plan: [] },
        { hook: 'endless', plan: ['never'] },
      ],
      timeouts: { stop: 300 },
    });
    await service.run();
    await service.control('stop');
    expect((await endingOf(service)).process).toBe(1);
    expect(service.events.map(({ event }) => event)).not.toContain('first');
  });
}
