import { expect } from 'vitest';
import type { Contract } from '../suite.ts';
import { crashed, endingOf, stopCleanly } from '../support/ending.ts';

export function crashes({ install, it }: Contract): void {
  it('is a crash to the SCM when its process is killed: 1067', () => killed({ install }));
  it('is a crash to the SCM when its process is killed while it starts or stops: 1067', () =>
    killedOnTheWay({ install }));

  it('can be started after a crash', async () => {
    const service = await install({});
    await service.run('before');
    await service.kill();
    expect(await service.gone()).toBe(1);
    await service.run('after');
    expect(await service.event('start')).toMatchObject({ args: ['after'] });
    await stopCleanly(service);
  });
}

async function killed({ install }: Pick<Contract, 'install'>): Promise<void> {
  const service = await install({ stop: [] });
  await service.run();
  await service.kill();
  expect(await endingOf(service)).toEqual(crashed(1));
  expect(service.events.map(({ event }) => event)).not.toContain('stop');
}

async function killedOnTheWay({ install }: Pick<Contract, 'install'>): Promise<void> {
  const [starting, stopping] = await Promise.all([install({ start: ['never'] }), install({ stop: ['never'] })]);
  await Promise.all([starting.start(), stopping.run()]);
  await stopping.control('stop');
  await Promise.all([starting.event('start'), stopping.event('stop')]);
  await Promise.all([starting.kill(), stopping.kill()]);
  expect(await endingOf(starting)).toEqual(crashed(1));
  expect(await endingOf(stopping)).toEqual(crashed(1));
}
