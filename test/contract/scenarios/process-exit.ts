import { expect } from 'vitest';
import { refusal } from '../driver.ts';
import type { Contract } from '../suite.ts';
import { type ShutdownSequence, endingOf, FAILED_STOP } from '../support/ending.ts';

/**
 * `process.exit(code)` of the app, and how that ends for the SCM: never as a clean end. In a stop that was requested, only
 * a code that the app chose is reported.
 */
const EXITS: readonly (readonly [code: number, ending: ShutdownSequence, inStop: ShutdownSequence])[] = [
  [0, { exit: { win32: 1067 }, process: 1 }, FAILED_STOP],
  [3, { exit: { service: 3 }, process: 3 }, { exit: { service: 3 }, process: 3 }],
];

export function processExit({ install, it }: Contract): void {
  for (const [code, ending, inStop] of EXITS) {
    it(`has failed when the app calls process.exit(${code}) in start`, async () => {
      const service = await install({ start: [{ exit: code }] });
      await service.start();
      expect(await endingOf(service)).toEqual(ending);
    });

    it(`has failed when the app calls process.exit(${code}) while it runs`, async () => {
      const service = await install({ commands: { exit: { code: 128, plan: [{ exit: code }] } } });
      await service.run();
      await service.control(128);
      expect(await endingOf(service)).toEqual(ending);
    });

    it(`has failed when the app calls process.exit(${code}) in stop`, async () => {
      const service = await install({ stop: [{ exit: code }] });
      await service.run();
      await service.control('stop');
      expect(await endingOf(service)).toEqual(inStop);
    });
  }

  for (const step of ['uncaught', 'unhandled', 'exitSoon'] as const) {
    it(`still reports STOPPED when this comes when all is done: ${step}`, async () => {
      const service = await install({ start: [{ hook: 'last', plan: [step] }] });
      await service.run();
      await service.control('stop');
      const { exit } = await endingOf(service);
      // What came too late to be told is no crash either.
      expect([{ win32: 0 }, { win32: 1064 }, { win32: 1067 }]).toContainEqual(exit);
    });
  }

  it('did not start when the process ends before it is a service: 1053', async () => {
    const service = await install({ load: [{ exit: 3 }] });
    expect(await refusal(service.start())).toBe(1053);
    expect((await service.status()).state).toBe('stopped');
    expect(service.events.map(({ event }) => event)).not.toContain('start');
  });

  it('ends its process when it stops by itself', async () => {
    const service = await install({ start: [], stop: [], commands: { leave: { code: 128, plan: ['stopSelf'] } } });
    await service.run();
    await service.control(128);
    expect(await endingOf(service)).toEqual({ exit: { win32: 0 }, process: 0 });
    expect(await service.event('stop')).toMatchObject({ reason: 'stop' });
  });

  it('ends its process when start calls service.stop()', async () => {
    const service = await install({ start: ['stopSelf'], stop: [] });
    await service.start();
    expect(await endingOf(service)).toEqual({ exit: { win32: 0 }, process: 0 });
  });

  it('doesn’t run twice in one process', async () => {
    const service = await install({ start: ['runAgain'] });
    await service.run();
    expect(await service.event('runAgain')).toMatchObject({ code: 'ALREADY_RUNNING' });
    await service.control('stop');
    expect(await endingOf(service)).toEqual({ exit: { win32: 0 }, process: 0 });
  });

  it('ends its process whatever the app has open', () => openHandles({ install }));
}

async function openHandles({ install }: Pick<Contract, 'install'>): Promise<void> {
  const service = await install({ start: ['openHandles'] });
  await service.run();
  await service.control('stop');
  expect(await endingOf(service)).toEqual({ exit: { win32: 0 }, process: 0 });
}
