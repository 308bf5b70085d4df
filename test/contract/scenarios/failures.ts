import { expect } from 'vitest';
import type { ServiceUnderTest } from '../driver.ts';
import type { Plan, Step, Steps } from '../plan.ts';
import type { Contract } from '../suite.ts';
import { type ShutdownSequence, endingOf, FAILED, FAILED_STOP, TIMED_OUT } from '../support/ending.ts';

const BREAK = 128;
/** What every service here has, so that a failure finds something to clean up. */
const HOOK: Step = { hook: 'hook', plan: [] };
const QUICK = { start: 400, stop: 400, pause: 200, resume: 200, control: 200 };
const HOW: readonly (readonly [step: 'throw' | 'reject' | 'never', ending: ShutdownSequence])[] = [
  ['throw', FAILED],
  ['reject', FAILED],
  ['never', TIMED_OUT],
];

/** A handler that fails: how the service gets there, and what it has of its life then. */
interface Place {
  readonly handler: string;
  plan(steps: Steps): Plan;
  reach(service: ServiceUnderTest): Promise<unknown>;
}

const PLACES: readonly Place[] = [
  { handler: 'pause', plan: (steps) => ({ pause: steps, resume: [] }), reach: (service) => service.control('pause') },
  {
    handler: 'resume',
    plan: (steps) => ({ pause: [], resume: steps }),
    async reach(service) {
      await service.control('pause');
      await service.waitFor('paused');
      await service.control('continue');
    },
  },
  {
    handler: 'paramChange',
    plan: (steps) => ({ paramChange: steps }),
    reach: (service) => service.control('paramChange'),
  },
  { handler: 'netBind', plan: (steps) => ({ netBind: steps }), reach: (service) => service.control('netBindEnable') },
  {
    handler: 'break',
    plan: (steps) => ({ commands: { break: { code: BREAK, plan: steps } } }),
    reach: (service) => service.control(BREAK),
  },
];

export function failures({ install, it }: Contract): void {
  const named = (service: ServiceUnderTest): string[] => service.events.map(({ event }) => event);

  for (const [step, ending] of HOW) {
    it(`fails when start does this: ${step}`, async () => {
      const service = await install({ start: [HOOK, step], stop: [], timeouts: QUICK });
      await service.start();
      expect(await endingOf(service)).toEqual(ending);
      expect(named(service)).toContain('hook');
      expect(named(service)).not.toContain('stop');
    });

    for (const recoverAfterFailedStop of [false, true])
      it(`fails when stop does this: ${step}; recoverAfterFailedStop: ${recoverAfterFailedStop}`, async () => {
        const service = await install({ start: [HOOK], stop: [step], timeouts: QUICK, recoverAfterFailedStop });
        await service.run();
        await service.control('stop');
        expect(await endingOf(service)).toEqual(recoverAfterFailedStop ? ending : FAILED_STOP);
      });

    for (const { handler, plan, reach } of PLACES) {
      it(`fails when ${handler} does this: ${step}`, async () => {
        const service = await install({ ...plan([step]), start: [HOOK], stop: [], timeouts: QUICK });
        await service.run();
        await reach(service);
        expect(await endingOf(service)).toEqual(ending);
        expect(await service.event('stop')).toMatchObject({ reason: 'failure', state: 'stopPending' });
        expect(named(service).slice(-4)).toEqual(['stop', 'stop done', 'hook', 'hook done']);
      });
    }
  }

  it('fails when start throws before it awaits anything', async () => {
    const service = await install({ start: ['throw'], stop: [] });
    await service.start();
    expect(await endingOf(service)).toEqual(FAILED);
    expect(named(service)).not.toContain('stop');
  });

  it('runs the hooks also when stop fails', async () => {
    const service = await install({ start: [HOOK], stop: ['throw'] });
    await service.run();
    await service.control('stop');
    expect(await endingOf(service)).toEqual(FAILED_STOP);
    expect(named(service)).toEqual(['start', 'start done', 'stop', 'hook', 'hook done']);
  });

  for (const step of ['uncaught', 'unhandled', 'fail'] as const) {
    it(`fails, in order, at this while it runs: ${step}`, async () => {
      const service = await install({
        start: [HOOK],
        stop: ['hold'],
        commands: { break: { code: BREAK, plan: [step] } },
      });
      await service.run();
      await service.control(BREAK);
      const { reason, error } = await service.event('stop');
      expect(reason).toBe('failure');
      expect(error).toContain(`break: ${step}`);
      expect((await service.status()).state).toBe('stopPending');
      service.release('stop');
      expect(await endingOf(service)).toEqual(FAILED);
      expect(named(service).slice(-2)).toEqual(['hook', 'hook done']);
    });

    it(`fails at this while it starts: ${step}`, async () => {
      const service = await install({ start: [HOOK, step, 'never'], stop: [] });
      await service.start();
      expect(await endingOf(service)).toEqual(FAILED);
      expect(named(service)).toContain('hook');
    });

    it(`fails at this while it pauses: ${step}`, async () => {
      const service = await install({ pause: [step, 'never'], resume: [], stop: [] });
      await service.run();
      await service.control('pause');
      expect(await endingOf(service)).toEqual(FAILED);
    });

    it(`fails at this while it stops, and stops all the same: ${step}`, async () => {
      const service = await install({ start: [HOOK], stop: [step, 'hold'] });
      await service.run();
      await service.control('stop');
      await service.event('stop');
      service.release('stop');
      expect(await endingOf(service)).toEqual(FAILED_STOP);
      expect(named(service)).toContain('stop done');
    });
  }
}
