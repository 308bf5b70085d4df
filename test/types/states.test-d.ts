import { describe, expectTypeOf, it } from 'vitest';
import type { LegalMove, PendingStatus, StatusEvent, StatusOf } from '../../src/scm/service-status.ts';
import type { ActionFrom, NextState, PendingState, ServiceState, SteadyState } from '../../src/scm/states.ts';

describe('LegalMove', () => {
  it('has every move of the table', () => {
    expectTypeOf<LegalMove<'stopped', 'startPending'>>().toEqualTypeOf<
      readonly [from: 'stopped', to: 'startPending']
    >();
    expectTypeOf<LegalMove<'startPending', 'running' | 'stopPending' | 'stopped'>>().not.toBeNever();
    expectTypeOf<LegalMove<'running', 'pausePending' | 'stopPending' | 'stopped'>>().not.toBeNever();
    expectTypeOf<LegalMove<'pausePending', 'paused' | 'stopPending' | 'stopped'>>().not.toBeNever();
    expectTypeOf<LegalMove<'paused', 'continuePending' | 'stopPending' | 'stopped'>>().not.toBeNever();
    expectTypeOf<LegalMove<'continuePending', 'running' | 'stopPending' | 'stopped'>>().not.toBeNever();
    expectTypeOf<LegalMove<'stopPending', 'stopped'>>().not.toBeNever();
  });
});

describe('a move that the table lacks does not compile', () => {
  it('from stopped: 6 of 7', () => {
    // @ts-expect-error -- stopped → stopped
    expectTypeOf<LegalMove<'stopped', 'stopped'>>();
    // @ts-expect-error -- stopped → running
    expectTypeOf<LegalMove<'stopped', 'running'>>();
    // @ts-expect-error -- stopped → pausePending
    expectTypeOf<LegalMove<'stopped', 'pausePending'>>();
    // @ts-expect-error -- stopped → paused
    expectTypeOf<LegalMove<'stopped', 'paused'>>();
    // @ts-expect-error -- stopped → continuePending
    expectTypeOf<LegalMove<'stopped', 'continuePending'>>();
    // @ts-expect-error -- stopped → stopPending
    expectTypeOf<LegalMove<'stopped', 'stopPending'>>();
  });
  it('from startPending: 4 of 7', () => {
    // @ts-expect-error -- startPending → startPending
    expectTypeOf<LegalMove<'startPending', 'startPending'>>();
    // @ts-expect-error -- startPending → pausePending
    expectTypeOf<LegalMove<'startPending', 'pausePending'>>();
    // @ts-expect-error -- startPending → paused
    expectTypeOf<LegalMove<'startPending', 'paused'>>();
    // @ts-expect-error -- startPending → continuePending
    expectTypeOf<LegalMove<'startPending', 'continuePending'>>();
  });
  it('from running: 4 of 7', () => {
    // @ts-expect-error -- running → startPending
    expectTypeOf<LegalMove<'running', 'startPending'>>();
    // @ts-expect-error -- running → running
    expectTypeOf<LegalMove<'running', 'running'>>();
    // @ts-expect-error -- running → paused
    expectTypeOf<LegalMove<'running', 'paused'>>();
    // @ts-expect-error -- running → continuePending
    expectTypeOf<LegalMove<'running', 'continuePending'>>();
  });
  it('from pausePending: 4 of 7', () => {
    // @ts-expect-error -- pausePending → startPending
    expectTypeOf<LegalMove<'pausePending', 'startPending'>>();
    // @ts-expect-error -- pausePending → running
    expectTypeOf<LegalMove<'pausePending', 'running'>>();
    // @ts-expect-error -- pausePending → pausePending
    expectTypeOf<LegalMove<'pausePending', 'pausePending'>>();
    // @ts-expect-error -- pausePending → continuePending
    expectTypeOf<LegalMove<'pausePending', 'continuePending'>>();
  });
  it('from paused: 4 of 7', () => {
    // @ts-expect-error -- paused → startPending
    expectTypeOf<LegalMove<'paused', 'startPending'>>();
    // @ts-expect-error -- paused → running
    expectTypeOf<LegalMove<'paused', 'running'>>();
    // @ts-expect-error -- paused → pausePending
    expectTypeOf<LegalMove<'paused', 'pausePending'>>();
    // @ts-expect-error -- paused → paused
    expectTypeOf<LegalMove<'paused', 'paused'>>();
  });
  it('from continuePending: 4 of 7', () => {
    // @ts-expect-error -- continuePending → startPending
    expectTypeOf<LegalMove<'continuePending', 'startPending'>>();
    // @ts-expect-error -- continuePending → pausePending
    expectTypeOf<LegalMove<'continuePending', 'pausePending'>>();
    // @ts-expect-error -- continuePending → paused
    expectTypeOf<LegalMove<'continuePending', 'paused'>>();
    // @ts-expect-error -- continuePending → continuePending
    expectTypeOf<LegalMove<'continuePending', 'continuePending'>>();
  });
  it('from stopPending: 6 of 7', () => {
    // @ts-expect-error -- stopPending → startPending
    expectTypeOf<LegalMove<'stopPending', 'startPending'>>();
    // @ts-expect-error -- stopPending → running
    expectTypeOf<LegalMove<'stopPending', 'running'>>();
    // @ts-expect-error -- stopPending → pausePending
    expectTypeOf<LegalMove<'stopPending', 'pausePending'>>();
    // @ts-expect-error -- stopPending → paused
    expectTypeOf<LegalMove<'stopPending', 'paused'>>();
    // @ts-expect-error -- stopPending → continuePending
    expectTypeOf<LegalMove<'stopPending', 'continuePending'>>();
    // @ts-expect-error -- stopPending → stopPending
    expectTypeOf<LegalMove<'stopPending', 'stopPending'>>();
  });
});

describe('StatusOf', () => {
  it('has no checkpoint while running', () => {
    // @ts-expect-error -- only a pending state has one
    const status: StatusOf<'running'> = { state: 'running', accepts: [], checkpoint: 1 };
    expectTypeOf(status).not.toBeAny();
  });
  it('has no wait hint while paused', () => {
    // @ts-expect-error -- only a pending state has one
    const status: StatusOf<'paused'> = { state: 'paused', accepts: [], waitHintMs: 1 };
    expectTypeOf(status).not.toBeAny();
  });
  it('accepts nothing while stopped', () => {
    // @ts-expect-error -- nobody is there to accept it
    const status: StatusOf<'stopped'> = { state: 'stopped', exit: { win32: 0 }, accepts: [] };
    expectTypeOf(status).not.toBeAny();
  });
  it('has no exit code while it runs', () => {
    // @ts-expect-error -- it has not ended
    const status: StatusOf<'running'> = { state: 'running', accepts: [], exit: { win32: 0 } };
    expectTypeOf(status).not.toBeAny();
  });
  it('needs a checkpoint and a wait hint while pending', () => {
    // @ts-expect-error -- waitHintMs is missing
    const status: StatusOf<'startPending'> = { state: 'startPending', accepts: [], checkpoint: 1 };
    expectTypeOf(status).not.toBeAny();
    expectTypeOf<StatusOf<PendingState>>().toExtend<PendingStatus>();
  });
  it('needs to know how it ended when stopped', () => {
    // @ts-expect-error -- exit is missing
    const status: StatusOf<'stopped'> = { state: 'stopped' };
    expectTypeOf(status).not.toBeAny();
  });
});

describe('StatusEvent', () => {
  it('settles only in a steady state', () => {
    // @ts-expect-error -- a pending state is no end
    const event: StatusEvent = { type: 'settled', to: 'startPending', accepts: [] };
    expectTypeOf(event).not.toBeAny();
  });
  it('has an exit code when the service stops, of one kind', () => {
    // @ts-expect-error -- exit is missing
    const event: StatusEvent = { type: 'stopped' };
    expectTypeOf(event).not.toBeAny();
  });
});

describe('the names of the states', () => {
  it('are derived from the table', () => {
    expectTypeOf<PendingState>().toEqualTypeOf<'startPending' | 'stopPending' | 'pausePending' | 'continuePending'>();
    expectTypeOf<SteadyState>().toEqualTypeOf<'running' | 'paused'>();
    expectTypeOf<ServiceState>().toEqualTypeOf<PendingState | SteadyState | 'stopped'>();
    expectTypeOf<NextState<'stopPending'>>().toEqualTypeOf<'stopped'>();
  });
  it('allow the moves that make sense', () => {
    expectTypeOf<ActionFrom<'stopped'>>().toEqualTypeOf<'start'>();
    expectTypeOf<ActionFrom<'running'>>().toEqualTypeOf<'pause' | 'stop'>();
    expectTypeOf<ActionFrom<'paused'>>().toEqualTypeOf<'resume' | 'stop'>();
    expectTypeOf<ActionFrom<'startPending'>>().toEqualTypeOf<'stop'>();
    expectTypeOf<ActionFrom<'stopPending'>>().toBeNever();
  });
});
