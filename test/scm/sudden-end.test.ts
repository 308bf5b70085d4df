import { describe, expect, it } from 'vitest';
import { refusal, type ServiceUnderTest } from '../contract/driver.ts';
import type { Plan } from '../contract/plan.ts';
import { stopCleanly } from '../contract/support/ending.ts';
import { useRealScm } from '../contract/support/real-scm.ts';

const real = useRealScm();

/** Where the process is when it is killed. */
const MOMENTS: readonly { name: string; plan: Plan; reach(service: ServiceUnderTest): Promise<unknown> }[] = [
  {
    name: 'in start',
    plan: { start: ['hold'] },
    async reach(service) {
      await service.start();
      await service.event('start');
    },
  },
  { name: 'while it runs', plan: {}, reach: (service) => service.run() },
  {
    name: 'in pause',
    plan: { pause: ['hold'], resume: [] },
    async reach(service) {
      await service.run();
      await service.control('pause');
      await service.event('pause');
    },
  },
  {
    name: 'in stop',
    plan: { stop: ['hold'] },
    async reach(service) {
      await service.run();
      await service.control('stop');
      await service.event('stop');
    },
  },
];

describe('a process that is killed', () => {
  for (const { name, plan, reach } of MOMENTS) {
    it(`${name} doesn’t keep the service from the next start`, async () => {
      const service = await real.scm.install(plan);
      await reach(service);
      await service.kill();
      expect(await service.gone()).toBe(1);
      await service.start();
      await service.event('start');
      service.release('start');
      await service.waitFor('running');
      service.release('stop');
      await stopCleanly(service);
    });
  }

  it('answers no control', async () => {
    const service = await real.scm.install({});
    await service.run();
    await service.kill();
    await service.gone();
    expect(await refusal(service.control('interrogate'))).not.toBe(0);
  });
});
