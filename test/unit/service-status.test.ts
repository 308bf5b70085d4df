import { describe, expect, it } from 'vitest';
import { isRefusal, type ServiceStatus, step } from '../../src/scm/service-status.ts';
import { ACTIONS, STATE_TRANSITIONS, STATES, canTransition, isPending } from '../../src/scm/states.ts';

const stopped: ServiceStatus = { state: 'stopped', exit: { win32: 0 } };
const starting: ServiceStatus = { state: 'startPending', checkpoint: 1, waitHintMs: 5_000, accepts: [] };
const running: ServiceStatus = { state: 'running', accepts: ['stop'] };

describe('step', () => {
  it('begins a pending state at checkpoint 1 with its wait hint', () => {
    expect(step(stopped, { type: 'pending', to: 'startPending', waitHintMs: 5_000, accepts: [] })).toEqual(starting);
  });

  it('raises the checkpoint at progress and renews the wait hint', () => {
    expect(step(starting, { type: 'progress', waitHintMs: 4_000 })).toEqual({
      ...starting,
      checkpoint: 2,
      waitHintMs: 4_000,
    });
  });

  it('drops checkpoint and wait hint when the state is reached', () => {
    expect(step(starting, { type: 'settled', to: 'running', accepts: ['stop'] })).toEqual(running);
  });

  it('drops what is accepted when it has stopped', () => {
    expect(step(running, { type: 'stopped', exit: { service: 7 } })).toEqual({
      state: 'stopped',
      exit: { service: 7 },
    });
  });

  it('refuses as data: a late report of the app is no bug', () => {
    const event = { type: 'settled', to: 'running', accepts: [] } as const;
    const result = step({ state: 'stopPending', checkpoint: 1, waitHintMs: 1, accepts: [] }, event);
    expect(isRefusal(result)).toBe(true);
    expect(result).toEqual({ refused: true, from: 'stopPending', event });
  });

  it.each([running, stopped])('refuses progress in $state, which has no checkpoint', (status) => {
    expect(isRefusal(step(status, { type: 'progress', waitHintMs: 1 }))).toBe(true);
  });

  it('refuses to stop what has stopped', () => {
    expect(isRefusal(step(stopped, { type: 'stopped', exit: { win32: 0 } }))).toBe(true);
  });
});

describe('the state table', () => {
  it('names only states that exist', () => {
    for (const state of STATES) for (const next of STATE_TRANSITIONS[state]) expect(STATES).toContain(next);
  });

  it('lets every state end, and reach every other one', () => {
    for (const from of STATES) {
      const seen = new Set<string>([from]);
      for (const state of seen)
        for (const next of STATE_TRANSITIONS[state as keyof typeof STATE_TRANSITIONS]) seen.add(next);
      expect([...seen].sort()).toEqual([...STATES].sort());
    }
  });

  it('has every road of ACTIONS', () => {
    for (const { from, via, to } of Object.values(ACTIONS)) {
      for (const state of from) expect(canTransition(state, via), `${state} → ${via}`).toBe(true);
      expect(canTransition(via, to), `${via} → ${to}`).toBe(true);
      expect(isPending(via)).toBe(true);
    }
  });
});
