import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCEPTABLE } from '../../src/scm/controls.ts';
import { isRefusal, type ServiceStatus, type StatusEvent, step } from '../../src/scm/service-status.ts';
import { canTransition, isPending, type PendingState, STATES, type SteadyState } from '../../src/scm/states.ts';
import { numRuns } from '../support/num-runs.ts';

const pendingStates = STATES.filter(isPending);
const steadyStates = STATES.filter((state) => !isPending(state) && state !== 'stopped') as SteadyState[];
const accepts = fc.subarray([...ACCEPTABLE]);
const waitHintMs = fc.integer({ min: 1, max: 60_000 });

const anyEvent: fc.Arbitrary<StatusEvent> = fc.oneof(
  fc.record({
    type: fc.constant('pending' as const),
    to: fc.constantFrom<PendingState>(...pendingStates),
    waitHintMs,
    accepts,
  }),
  fc.record({ type: fc.constant('settled' as const), to: fc.constantFrom<SteadyState>(...steadyStates), accepts }),
  fc.record({ type: fc.constant('progress' as const), waitHintMs }),
  fc.record({ type: fc.constant('stopped' as const), exit: fc.record({ win32: fc.nat() }) }),
);

const target = (event: StatusEvent): string | undefined =>
  event.type === 'progress' ? undefined : event.type === 'stopped' ? 'stopped' : event.to;

/** Plays events and hands each step to `check`; a refusal leaves the status as it was. */
function play(
  events: readonly StatusEvent[],
  check: (before: ServiceStatus, event: StatusEvent, after: ServiceStatus | undefined) => void,
): void {
  let status: ServiceStatus = { state: 'stopped', exit: { win32: 0 } };
  for (const event of events) {
    const frozen = structuredClone(status);
    const result = step(status, event);
    expect(status, 'step is pure').toEqual(frozen);
    check(status, event, isRefusal(result) ? undefined : result);
    if (!isRefusal(result)) status = result;
  }
}

function property(check: Parameters<typeof play>[1]): void {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      play(events, check);
    }),
    { numRuns },
  );
}

describe('any sequence of events', () => {
  it('never leaves the table', () => {
    property((before, _event, after) => {
      if (after && after.state !== before.state) expect(canTransition(before.state, after.state)).toBe(true);
    });
  });

  it('is refused exactly where the table has no move, or there is no checkpoint to raise', () => {
    property((before, event, after) => {
      const to = target(event) as ServiceStatus['state'] | undefined;
      const legal = to ? canTransition(before.state, to) : isPending(before.state);
      expect(after !== undefined).toBe(legal);
    });
  });

  it('raises the checkpoint by one, only within a pending state, and begins again in the next', () => {
    property((before, event, after) => {
      if (!after || !('checkpoint' in after)) return;
      if (after.state === before.state && 'checkpoint' in before) {
        expect(event.type).toBe('progress');
        expect(after.checkpoint).toBe(before.checkpoint + 1);
      } else {
        expect(after.checkpoint).toBe(1);
      }
    });
  });

  it('gives each state only the data that it has', () => {
    property((_before, _event, after) => {
      if (!after) return;
      expect('checkpoint' in after && 'waitHintMs' in after).toBe(isPending(after.state));
      expect('accepts' in after).toBe(after.state !== 'stopped');
      expect('exit' in after).toBe(after.state === 'stopped');
    });
  });
});
