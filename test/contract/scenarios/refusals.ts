import { expect } from 'vitest';
import { type Control, refusal } from '../driver.ts';
import type { Contract } from '../suite.ts';
import { CLEAN, endingOf, stopCleanly } from '../support/ending.ts';

const PAUSABLE = { pause: [], resume: [] };

export function refusals({ install, it }: Contract): void {
  it('refuses a command that it doesn’t have: 120', () => unknownCommand({ install }));

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
