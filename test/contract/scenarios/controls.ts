import { expect } from 'vitest';
import type { Control } from '../driver.ts';
import type { Contract } from '../suite.ts';
import { CLEAN, endingOf, statesOf, stopCleanly } from '../support/ending.ts';

const PAUSABLE = { pause: [], resume: [] };

export function controls({ install, it }: Contract): void {
  it('pauses and continues, and is PENDING until the handler resolves', async () => {
    const service = await install({ pause: ['hold'], resume: ['hold'], stop: [] });
    const recorded = await service.record();
    await service.run();
    expect((await service.control('pause')).status.state).toBe('pausePending');
    expect(await service.event('pause')).toMatchObject({ state: 'pausePending' });
    expect((await service.status()).accepts).toEqual(['stop', 'shutdown']);
    service.release('pause');
    expect((await service.waitFor('paused')).accepts).toEqual(['stop', 'pauseContinue', 'shutdown']);
    expect((await service.control('continue')).status.state).toBe('continuePending');
    await service.event('resume');
    service.release('resume');
    expect((await service.waitFor('running')).accepts).toEqual(['stop', 'pauseContinue', 'shutdown']);
    await service.control('stop');
    const states = statesOf(await recorded());
    expect(states.filter((state) => state !== 'stopPending')).toEqual([
      'startPending',
      'running',
      'pausePending',
      'paused',
      'continuePending',
      'running',
      'stopped',
    ]);
    expect(await endingOf(service)).toEqual(CLEAN);
  });

  it('takes PAUSE when paused and CONTINUE when running for done', async () => {
    const service = await install(PAUSABLE);
    await service.run();
    expect((await service.control('continue')).status.state).toBe('running');
    await service.control('pause');
    await service.waitFor('paused');
    expect((await service.control('pause')).status.state).toBe('paused');
    await stopCleanly(service);
    expect(service.events.filter(({ event }) => event === 'pause' || event === 'resume')).toHaveLength(1);
  });

  it('stops when it is paused', async () => {
    const service = await install({ ...PAUSABLE, stop: [] });
    await service.run();
    await service.control('pause');
    await service.waitFor('paused');
    await stopCleanly(service);
    expect(service.events.map(({ event }) => event)).not.toContain('resume');
  });

  it('answers INTERROGATE with its state, which the app doesn’t notice', async () => {
    const service = await install(PAUSABLE);
    await service.run();
    expect((await service.control('interrogate')).status.state).toBe('running');
    await service.control('pause');
    await service.waitFor('paused');
    expect((await service.control('interrogate')).status.state).toBe('paused');
    await stopCleanly(service);
    expect(service.events.map(({ event }) => event)).not.toContain('interrogate');
  });

  it('hands PARAMCHANGE to its handler', async () => {
    const service = await install({ paramChange: [] });
    await service.run();
    await service.control('paramChange');
    expect(await service.event('paramChange')).toMatchObject({ state: 'running' });
    await stopCleanly(service);
  });

  it('hands each NETBIND control to its handler', async () => {
    const service = await install({ netBind: [] });
    await service.run();
    const sent: Control[] = ['netBindAdd', 'netBindRemove', 'netBindEnable', 'netBindDisable'];
    for (const control of sent) await service.control(control);
    const changes = await Promise.all(sent.map((_, i) => service.event('netBind', i + 1)));
    expect(changes.map(({ change }) => change)).toEqual(['add', 'remove', 'enable', 'disable']);
    await stopCleanly(service);
  });

  it('hands each of its commands, 128 to 255, to the handler of that name', async () => {
    const commands = {
      first: { code: 128, plan: [] },
      rotateLogs: { code: 200, plan: [] },
      last: { code: 255, plan: [] },
    };
    const service = await install({ commands });
    await service.run();
    for (const { code } of Object.values(commands)) await service.control(code);
    await service.event('last done');
    const handled = service.events.map(({ event }) => event).filter((event) => event in commands);
    expect(handled).toEqual(['first', 'rotateLogs', 'last']);
    await stopCleanly(service);
  });

  it('runs a command also while paused, and the next one while the first is under way', async () => {
    const service = await install({ ...PAUSABLE, commands: { slow: { code: 130, plan: ['hold'] } } });
    await service.run();
    await service.control('pause');
    await service.waitFor('paused');
    await service.control(130);
    await service.control(130);
    await service.event('slow', 2);
    service.release('slow');
    service.release('slow');
    await service.event('slow done', 2);
    await stopCleanly(service);
  });
}
