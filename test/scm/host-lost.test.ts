import { describe, expect, it } from 'vitest';
import { refusal } from '../contract/driver.ts';
import type { Plan } from '../contract/plan.ts';
import { NODES, useRealScm } from '../contract/support/real-scm.ts';

/** How the thread is lost: ended from outside, or by an error of its own. */
const WAYS = ['loseHost', 'breakHost'] as const;
/** Time of the stop handler: controls arrive meanwhile. */
const STOP_MS = 1_500;

describe.each(NODES)('on Node %i', (node) => {
  const real = useRealScm(node);

  it.each(WAYS)(
    'a service whose thread to the SCM is gone ends its process, and not as a clean stop (%s)',
    async (way) => {
      const service = await real.scm.install({ commands: { lose: { code: 128, plan: [{ extra: way }] } } });
      await service.run();
      await service.control(128);
      expect(await service.gone()).toBe(1);
      const { state, exit } = await service.status();
      expect({ state, exit }).not.toEqual({ state: 'stopped', exit: { win32: 0 } });
    },
  );

  it('so does one that is still starting', async () => {
    const service = await real.scm.install({ start: [{ extra: 'loseHost' }, 'never'] });
    await service.start();
    expect(await service.gone()).toBe(1);
  });

  describe.each(WAYS)('a control for a service whose thread to the SCM is gone (%s)', (way) => {
    const plan: Plan = {
      start: [{ hook: 'last', plan: [] }],
      stop: [{ wait: STOP_MS }],
      commands: { lose: { code: 128, plan: [{ extra: way }] }, other: { code: 129, plan: [] } },
    };

    it.each(['interrogate', 129, 'stop'] as const)(
      '%s fails, and the stop handler and the hooks run',
      async (control) => {
        const service = await real.scm.install(plan);
        await service.run();
        await service.control(128);
        await service.event('stop');
        const answer = refusal(service.control(control));
        expect(await service.gone()).toBe(1);
        expect(await answer).not.toBe(0);
        expect(service.events.map(({ event }) => event)).toContain('last done');
      },
    );

    it('that is sent in the same moment does no harm either', async () => {
      const service = await real.scm.install(plan);
      await service.run();
      await service.control(128);
      const answers = [0, 1, 2, 3].map(() => refusal(service.control('interrogate')));
      expect(await service.gone()).toBe(1);
      await Promise.all(answers);
      expect(service.events.map(({ event }) => event)).toContain('last done');
    });
  });
});
