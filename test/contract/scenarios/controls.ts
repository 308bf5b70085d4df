import { expect } from 'vitest';
import { type Control, refusal } from '../driver.ts';
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

  it('refuses a command that it doesn’t have: 120', () => unknownCommand({ install }), {
    wine: 'Wine 8 drops what HandlerEx returns',
  });

  const REFUSED: readonly { what: string; code: number; control: Control }[] = [
    { what: 'PAUSE without a handler', code: 1052, control: 'pause' },
    { what: 'CONTINUE without a handler', code: 1052, control: 'continue' },
    { what: 'PARAMCHANGE without a handler', code: 1052, control: 'paramChange' },
    { what: 'NETBINDADD without a handler', code: 1052, control: 'netBindAdd' },
    { what: 'SHUTDOWN, which only the system sends,', code: 87, control: 5 },
    { what: 'control 0', code: 87, control: 0 },
    { what: 'control 127', code: 87, control: 127 },
    { what: 'control 256', code: 87, control: 256 },
  ];
  it('has these refused while it runs', async () => {
    const service = await install({});
    await service.run();
    for (const { what, code, control } of REFUSED) {
      expect({ what, code: await refusal(service.control(control)) }).toEqual({ what, code });
    }
    await stopCleanly(service);
  });

  it('has every control but STOP refused while it starts: 1061', async () => {
    const service = await install({ ...PAUSABLE, start: ['hold'], commands: { it: { code: 128, plan: [] } } });
    await service.start();
    await service.event('start');
    for (const control of ['pause', 'continue', 'interrogate', 128] as const) {
      expect({ control, code: await refusal(service.control(control)) }).toEqual({ control, code: 1061 });
    }
    service.release('start');
    await service.waitFor('running');
    await stopCleanly(service);
    expect(service.events.map(({ event }) => event)).not.toContain('it');
  });

  it('has PAUSE and CONTINUE refused while it pauses: 1052', async () => {
    const service = await install({ pause: ['hold'], resume: [] });
    await service.run();
    await service.control('pause');
    await service.event('pause');
    expect(await refusal(service.control('continue'))).toBe(1052);
    expect(await refusal(service.control('pause'))).toBe(1052);
    service.release('pause');
    await service.waitFor('paused');
    await stopCleanly(service);
  });

  it('has every control refused while it stops: 1061, a second STOP too', async () => {
    const service = await install({ ...PAUSABLE, stop: ['hold'], commands: { it: { code: 128, plan: [] } } });
    await service.run();
    await service.control('stop');
    await service.event('stop');
    for (const control of ['stop', 'pause', 'interrogate', 128] as const) {
      expect({ control, code: await refusal(service.control(control)) }).toEqual({ control, code: 1061 });
    }
    service.release('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
    expect(service.events.filter(({ event }) => event === 'stop')).toHaveLength(1);
  });

  it('has every control refused when it has stopped: 1062', async () => {
    const service = await install(PAUSABLE);
    await service.run();
    await stopCleanly(service);
    for (const control of ['stop', 'pause', 'interrogate', 128] as const) {
      expect({ control, code: await refusal(service.control(control)) }).toEqual({ control, code: 1062 });
    }
  });
}

async function unknownCommand({ install }: Pick<Contract, 'install'>): Promise<void> {
  const service = await install({ commands: { known: { code: 128, plan: [] } } });
  await service.run();
  expect(await refusal(service.control(129))).toBe(120);
  expect(await refusal(service.control(128))).toBe(0);
  await stopCleanly(service);
}
