import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlEvent } from '../../../src/scm/controls.ts';
import type { ServiceContext } from '../../../src/service/context/context.ts';
import { createDeferred, type Deferred } from '../../../src/util/deferred.ts';
import { createRunnerRig } from '../../support/runner-rig.ts';
import { numRuns } from '../../support/num-runs.ts';

/** One thing that happens to a running service, or time that passes. */
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 4_000 }) }) },
  fc.record({
    type: fc.constant('control' as const),
    control: fc.constantFrom('stop', 'shutdown', 'pause', 'continue', 'command'),
  }),
  fc.record({ type: fc.constant('end' as const), which: fc.nat({ max: 5 }), fails: fc.boolean() }),
  fc.record({ type: fc.constant('hook' as const), order: fc.integer({ min: -1, max: 1 }), group: fc.boolean() }),
  fc.record({ type: fc.constantFrom('stop', 'fail', 'uncaught', 'time', 'lost') }),
  fc.record({ type: fc.constant('exit' as const), code: fc.constantFrom(0, 3, 143) }),
);
type Action = (typeof action extends fc.Arbitrary<infer A> ? A : never) & { readonly type: string };

interface Called {
  readonly name: string;
  readonly work: Deferred<undefined>;
}

function createWorld() {
  const called: Called[] = [];
  const first: string[] = [];
  let context: ServiceContext | undefined;
  let hooks = 0;
  const call = (name: string): Promise<undefined> => {
    const work = createDeferred<undefined>();
    called.push({ name, work });
    return work.promise;
  };
  const rig = createRunnerRig({
    start: (ctx) => {
      context = ctx;
      return call('start');
    },
    stop: () => call('stop'),
    pause: () => call('pause'),
    resume: () => call('resume'),
    commands: { command: { code: 128, run: () => call('command') } },
    timeouts: { start: 3_000, stop: 3_000, pause: 3_000, resume: 3_000, control: 3_000 },
  });
  const controls: Record<string, ControlEvent> = { command: { type: 'command', code: 128 } };
  const note = (message: string): Error => {
    first.push(message);
    return new Error(message);
  };
  const perform = (did: Action): void => {
    if (did.type === 'control') {
      const event = controls[did.control] ?? ({ type: did.control } as ControlEvent);
      rig.app.control(event, rig.clock.now() + 3_000);
    } else if (did.type === 'end') {
      const work = called[did.which]?.work;
      if (did.fails) work?.reject(new Error('handler'));
      else work?.resolve(undefined);
    } else if (did.type === 'hook') {
      const name = `hook ${++hooks}`;
      context?.onShutdown(name, () => call(name), { order: did.order, ...(did.group && { group: 'g' }) });
    } else if (did.type === 'exit') rig.process.exit(did.code);
    else if (did.type === 'stop') rig.runner.stop();
    else if (did.type === 'fail') context?.fail(note('fail'));
    else if (did.type === 'uncaught') rig.process.throwUncaught(note('uncaught'));
    else if (did.type === 'time') context?.requestTime(5_000);
    else if (did.type === 'lost') rig.app.lost(note('lost'));
  };
  return { rig, called, perform };
}

describe('any life of a service, in time', () => {
  it('ends with one STOPPED, runs nothing twice, and keeps its first failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const { rig, called, perform } = createWorld();
        await rig.clock.advanceAsync(0);
        for (const did of actions as Action[]) {
          if (did.type === 'pass') await rig.clock.advanceAsync((did as { ms: number }).ms);
          else if (rig.result === undefined && !rig.process.gone) perform(did);
        }
        // Whatever is under way now is never answered: the time for it must end it.
        if (rig.result === undefined && !rig.process.gone) rig.runner.stop();
        await rig.clock.advanceAsync(60_000);
        const result = await rig.done;
        expect(rig.stopped).toHaveLength(1);
        expect(new Set(called.map(({ name }) => name).filter((name) => name.startsWith('hook'))).size).toBe(
          called.filter(({ name }) => name.startsWith('hook')).length,
        );
        expect(called.filter(({ name }) => name === 'start' || name === 'stop').length).toBeLessThanOrEqual(2);
        expect(rig.reports.filter(({ type }) => type === 'stopping').length).toBeLessThanOrEqual(1);
        expect(result.error).toBe(rig.errors[0]);
        expect(rig.log.filter(({ level }) => level === 'error')).toHaveLength(rig.errors.length > 0 ? 1 : 0);
        expect(result.processCode === 0).toBe(result.error === undefined);
        expect(rig.clock.pending).toBe(0);
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });
});
