import { expect } from 'vitest';
import type { Contract } from '../suite.ts';
import { CLEAN, endingOf, FAILED, FAILED_STOP } from '../support/ending.ts';

/** Code written for containers: what it does at SIGTERM, which Windows doesn't have. */
export function signals({ install, it }: Contract): void {
  it('calls the listeners of SIGTERM at a stop, after the hooks, and waits for what they return', async () => {
    const service = await install({
      start: [{ sigterm: ['hold'] }, { hook: 'hook', plan: [{ wait: 20 }] }],
      stop: [],
    });
    await service.run();
    await service.control('stop');
    await service.event('SIGTERM');
    expect((await service.status()).state).toBe('stopPending');
    service.release('SIGTERM');
    expect(await endingOf(service)).toEqual(CLEAN);
    const ran = service.events.map(({ event }) => event).slice(2);
    expect(ran).toEqual(['stop', 'stop done', 'hook', 'hook done', 'SIGTERM', 'SIGTERM done']);
  });

  it('calls them when start was still under way', async () => {
    const service = await install({ start: [{ sigterm: [] }, 'untilAborted'] });
    await service.start();
    await service.event('start');
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.map(({ event }) => event)).toContain('SIGTERM');
  });

  for (const code of [0, 143]) {
    it(`has stopped cleanly when a listener calls process.exit(${code})`, async () => {
      const service = await install({
        start: [{ sigterm: [{ exit: code }] }, { hook: 'hook', plan: [{ wait: 20 }] }],
      });
      await service.run();
      await service.control('stop');
      expect(await endingOf(service)).toEqual(CLEAN);
      expect(service.events.map(({ event }) => event)).toContain('hook done');
    });
  }

  it('has failed when a listener calls process.exit(3)', async () => {
    const service = await install({ start: [{ sigterm: [{ exit: 3 }] }] });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual({ exit: { service: 3 }, process: 3 });
  });

  it('has failed when a listener throws, or rejects', async () => {
    for (const step of ['throw', 'reject'] as const) {
      const service = await install({ start: [{ sigterm: [step] }] });
      await service.run();
      await service.control('stop');
      expect(await endingOf(service)).toEqual(FAILED_STOP);
    }
  });

  it('waits no longer than the stop may take', async () => {
    const service = await install({ start: [{ sigterm: ['never'] }], timeouts: { stop: 300 } });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
  });

  it('lets a program end by itself that has neither a stop handler nor hooks: with process.exit()', async () => {
    const service = await install({ start: ['openHandles', { sigterm: [{ wait: 100 }, { exit: 0 }], sync: true }] });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    // The exit came before the handler could say that it was done, so it was the exit that ended it.
    expect(service.events.map(({ event }) => event)).toEqual(['start', 'start done', 'SIGTERM']);
  });

  it('or because nothing keeps its event loop alive', async () => {
    const service = await install({ start: [{ sigterm: [{ wait: 200 }], sync: true }] });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.map(({ event }) => event)).toContain('SIGTERM done');
  });

  it('takes process.kill(process.pid) of a listener for its exit: on Windows it would be a crash', async () => {
    const service = await install({ start: [{ sigterm: [{ extra: 'killSelf' }] }, { hook: 'hook', plan: [] }] });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.map(({ event }) => event)).toContain('hook done');
  });

  it('calls nobody when the service failed: a container would be gone', async () => {
    const service = await install({
      start: [{ sigterm: [] }],
      commands: { fail: { code: 128, plan: ['fail'] } },
    });
    await service.run();
    await service.control(128);
    expect(await endingOf(service)).toEqual(FAILED);
    expect(service.events.map(({ event }) => event)).not.toContain('SIGTERM');
  });

  it('calls nobody with signals: false', async () => {
    const service = await install({ start: [{ sigterm: [] }], signals: false });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.map(({ event }) => event)).not.toContain('SIGTERM');
  });
}
