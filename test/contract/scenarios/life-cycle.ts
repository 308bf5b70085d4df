import { expect } from 'vitest';
import { refusal } from '../driver.ts';
import type { Contract } from '../suite.ts';
import { CLEAN, endingOf, statesOf, stopCleanly } from '../support/ending.ts';

const ENDS_ONLY = ['stop', 'shutdown'];

export function lifeCycle({ install, it }: Contract): void {
  it('is START_PENDING until start resolves, then RUNNING', async () => {
    const service = await install({ start: ['hold'] });
    await service.start();
    await service.event('start');
    expect(await service.until('the connection', ({ checkpoint }) => checkpoint > 0)).toMatchObject({
      state: 'startPending',
      accepts: ENDS_ONLY,
    });
    service.release('start');
    await service.event('start done');
    expect(await service.waitFor('running')).toMatchObject({ accepts: ENDS_ONLY, checkpoint: 0, waitHintMs: 0 });
    await stopCleanly(service);
  });

  it('is STOP_PENDING until stop resolves, then STOPPED with 0, and the process is gone', async () => {
    const service = await install({ stop: ['hold'] });
    await service.run();
    const { status } = await service.control('stop');
    expect(status).toMatchObject({ state: 'stopPending', accepts: [] });
    expect(status.waitHintMs).toBeGreaterThan(15_000);
    expect(await service.event('stop')).toMatchObject({ reason: 'stop', state: 'stopPending' });
    expect((await service.status()).state).toBe('stopPending');
    service.release('stop');
    expect(await endingOf(service)).toEqual(CLEAN);
  });

  it('goes through these states, in this order and no others', async () => {
    const service = await install({ start: ['hold'], stop: ['hold'] });
    const recorded = await service.record();
    await service.start();
    await service.event('start');
    service.release('start');
    await service.waitFor('running');
    await service.control('stop');
    await service.event('stop');
    service.release('stop');
    const history = await recorded();
    expect(statesOf(history)).toEqual(['startPending', 'running', 'stopPending', 'stopped']);
    expect(history.at(-1)?.exit).toEqual({ win32: 0 });
    await service.gone();
  });

  it('is told the start arguments as they were given', async () => {
    const args = ['plain', 'two words', 'Grüße 試験 €', 'say "hi"', 'C:\\a b\\', '--flag=1'];
    const service = await install({});
    await service.run(...args);
    expect(await service.event('start')).toMatchObject({ args });
    await stopCleanly(service);
  });

  it('is told empty start arguments', () => emptyArguments({ install }));

  it('may have any name', async () => {
    const name = 'winsvc Prüfdienst 試験 “€” & Co (1)';
    const service = await install({}, { name });
    await service.run();
    await stopCleanly(service);
  });

  it('is not started twice: 1056', async () => {
    const service = await install({ start: ['hold'] });
    await service.start();
    await service.event('start');
    expect(await refusal(service.start())).toBe(1056);
    service.release('start');
    await service.waitFor('running');
    expect(await refusal(service.start())).toBe(1056);
    await stopCleanly(service);
  });

  it('starts again and again', async () => {
    const service = await install({ start: [{ checkpoint: 'once' }] });
    for (let round = 1; round <= 5; round++) {
      await service.run(`${round}`);
      expect(await service.event('start')).toMatchObject({ args: [`${round}`] });
      await stopCleanly(service);
    }
  });

  it('doesn’t care for a service beside it', async () => {
    const [one, other] = await Promise.all([install({ stop: ['hold'] }), install({ start: ['hold'] })]);
    await Promise.all([one.run('one'), other.start('other')]);
    await one.control('stop');
    expect((await other.status()).state).toBe('startPending');
    other.release('start');
    await other.waitFor('running');
    expect((await one.status()).state).toBe('stopPending');
    expect(await other.event('start')).toMatchObject({ args: ['other'] });
    one.release('stop');
    expect(await endingOf(one)).toEqual(CLEAN);
    expect((await other.status()).state).toBe('running');
    await stopCleanly(other);
  });
}

async function emptyArguments({ install }: Pick<Contract, 'install'>): Promise<void> {
  const service = await install({});
  await service.run('', 'b', '');
  expect(await service.event('start')).toMatchObject({ args: ['', 'b', ''] });
  await stopCleanly(service);
}
