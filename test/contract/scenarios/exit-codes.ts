import { expect } from 'vitest';
import type { Contract } from '../suite.ts';
import { CLEAN, endingOf } from '../support/ending.ts';

const CODES = [{ win32: 5 }, { win32: 1066_0 }, { service: 1 }, { service: 42 }, { service: 0xffff_ffff }];

export function exitCodes({ install, it }: Contract): void {
  for (const exit of CODES) {
    it(`stops with ${JSON.stringify(exit)} when it has set that`, async () => {
      const service = await install({ start: [{ exitCode: exit }] });
      await service.run();
      await service.control('stop');
      expect(await endingOf(service)).toEqual({ exit, process: 1 });
    });
  }

  it('may set the code at the last moment, and take it back', async () => {
    const late = await install({ stop: [{ exitCode: { service: 7 } }] });
    const none = await install({ start: [{ exitCode: { service: 7 } }], stop: [{ exitCode: { win32: 0 } }] });
    await Promise.all([late.run(), none.run()]);
    await Promise.all([late.control('stop'), none.control('stop')]);
    expect(await endingOf(late)).toEqual({ exit: { service: 7 }, process: 1 });
    expect(await endingOf(none)).toEqual(CLEAN);
  });

  it('reports the code that it fails with, not the one that it had set', async () => {
    const service = await install({ start: [{ exitCode: { win32: 5 } }, { failWith: { service: 99 } }] });
    await service.start();
    expect(await endingOf(service)).toEqual({ exit: { service: 99 }, process: 1 });
  });

  it('reports the code of its first failure', async () => {
    const service = await install({
      commands: { break: { code: 128, plan: [{ failWith: { service: 1 } }, { failWith: { service: 2 } }] } },
      stop: ['throw'],
    });
    await service.run();
    await service.control(128);
    expect(await endingOf(service)).toEqual({ exit: { service: 1 }, process: 1 });
  });
}
