import { describe, expect, it } from 'vitest';
import { GRACE_MS, RENEW_MS } from '../../src/host/host-core.ts';
import { BUDGETS, createHostCoreRig } from '../support/host-core-rig.ts';

const hints = (published: readonly object[]): unknown[] =>
  published.map((status) => 'waitHintMs' in status && status.waitHintMs);

describe('HostCore: renewals of a pending state', () => {
  it('raises the checkpoint while the app’s loop turns; the wait hint is what is left of the budget', () => {
    const { core, clock, published } = createHostCoreRig();
    core.start();
    clock.advance(2 * RENEW_MS);
    expect(published).toMatchObject([{ checkpoint: 1 }, { checkpoint: 2 }, { checkpoint: 3 }]);
    expect(hints(published)).toEqual([BUDGETS.start, BUDGETS.start - RENEW_MS, BUDGETS.start - 2 * RENEW_MS]);
  });

  it('says nothing while the loop is blocked: a checkpoint means progress', () => {
    const { core, clock, published, loop } = createHostCoreRig();
    core.start();
    loop.turns = false;
    clock.advance(5 * RENEW_MS);
    expect(published).toHaveLength(1);
    loop.turns = true;
    clock.advance(RENEW_MS);
    expect(core.status).toMatchObject({ checkpoint: 2, waitHintMs: BUDGETS.start - 6 * RENEW_MS });
  });

  it('ends with the pending state', () => {
    const { core, clock, published } = createHostCoreRig();
    core.start();
    core.report({ type: 'settled', to: 'running' });
    expect(clock.pending).toBe(0);
    clock.advance(10 * RENEW_MS);
    expect(published.at(-1)).toMatchObject({ state: 'running' });
  });

  it('ends when the host is disposed of', () => {
    const { core, clock } = createHostCoreRig();
    core.start();
    core.dispose();
    expect(clock.pending).toBe(0);
  });

  it('does not run beyond the deadline: progress is no budget', () => {
    const { core, clock, overdue } = createHostCoreRig();
    core.start();
    clock.advance(BUDGETS.start + GRACE_MS - 1);
    expect(core.status).toMatchObject({ waitHintMs: RENEW_MS });
    expect(overdue).toEqual([]);
    clock.advance(1);
    expect(overdue).toEqual(['startPending']);
  });

  it.each([200, 1_300, 1_999])('calls an app overdue in time with a budget of %d ms', (start) => {
    const { core, clock, overdue } = createHostCoreRig({ budgets: { ...BUDGETS, start } });
    core.start();
    clock.advance(start + GRACE_MS - 1);
    expect(overdue).toEqual([]);
    clock.advance(1);
    expect(overdue).toEqual(['startPending']);
  });

  it('is not put off by checkpoints of the app after the deadline', () => {
    const { core, clock, overdue } = createHostCoreRig();
    core.start();
    clock.advance(BUDGETS.start + GRACE_MS - 10);
    core.report({ type: 'checkpoint' });
    clock.advance(10);
    expect(overdue).toEqual(['startPending']);
  });

  it('calls a blocked app overdue at the same moment', () => {
    const { core, clock, loop, overdue } = createHostCoreRig();
    core.start();
    loop.turns = false;
    clock.advance(BUDGETS.start + GRACE_MS);
    expect(overdue).toEqual(['startPending']);
  });
});

describe('HostCore: reports of the app', () => {
  it('a checkpoint is progress at once', () => {
    const { core, clock, loop } = createHostCoreRig();
    core.start();
    loop.turns = false;
    clock.advance(300);
    core.report({ type: 'checkpoint' });
    expect(core.status).toMatchObject({ checkpoint: 2, waitHintMs: BUDGETS.start - 300 });
  });

  it('a later deadline shows in the wait hint and moves the end', () => {
    const { core, clock, overdue } = createHostCoreRig();
    core.start();
    core.report({ type: 'deadline', deadline: clock.now() + 60_000 });
    expect(core.status).toMatchObject({ checkpoint: 2, waitHintMs: 60_000 });
    clock.advance(60_000 + GRACE_MS - 1);
    expect(overdue).toEqual([]);
    clock.advance(1);
    expect(overdue).toEqual(['startPending']);
  });

  it('an earlier deadline, that of one hook, does not shorten the budget of the stop', () => {
    const { core, clock, goTo } = createHostCoreRig();
    goTo('stopPending');
    core.report({ type: 'deadline', deadline: clock.now() + 1_000 });
    expect(core.deadline).toBe(clock.now() + BUDGETS.stop);
  });

  it('a stop of the app’s own begins STOP_PENDING with the time it named', () => {
    const { core, clock, goTo } = createHostCoreRig();
    goTo('running');
    core.report({ type: 'stopping', requested: false, deadline: clock.now() + 3_000 });
    expect(core.status).toEqual({ state: 'stopPending', checkpoint: 1, waitHintMs: 3_000, accepts: [] });
  });

  it('a checkpoint while running is dropped', () => {
    const { core, goTo, published } = createHostCoreRig();
    goTo('running');
    const { length } = published;
    core.report({ type: 'checkpoint' });
    expect(published).toHaveLength(length);
  });

  it('“settled” after a STOP came too late and is dropped', () => {
    const { core, goTo } = createHostCoreRig();
    goTo('stopPending');
    core.report({ type: 'settled', to: 'running' });
    expect(core.status.state).toBe('stopPending');
  });
});

describe('a machine that sleeps during a pending state', () => {
  it.each(['startPending', 'pausePending', 'continuePending', 'stopPending'] as const)(
    'gives the app one more grace period instead of failing it (%s)',
    (state) => {
      const { core, clock, overdue, loop, goTo } = createHostCoreRig();
      goTo(state);
      clock.sleep(3_600_000);
      clock.advance(0);
      expect(overdue).toEqual([]);
      expect(core.deadline).toBeGreaterThan(clock.now() + 5_000);
      // An app that is still not done then is overdue as ever.
      loop.turns = false;
      clock.advance(10_000);
      expect(overdue).toEqual([state]);
    },
  );

  it('does not shorten what was left of the budget', () => {
    const { core, clock, goTo } = createHostCoreRig();
    goTo('startPending');
    const before = core.deadline;
    clock.sleep(4_100);
    clock.advance(0);
    expect(core.deadline).toBe(before);
  });
});

describe('a stop within a limit of the system', () => {
  it('has no more than that, and the app learns that nothing moves the deadline', () => {
    const { core, clock, forwarded, goTo } = createHostCoreRig();
    goTo('running');
    core.control({ type: 'stop' }, 4_000);
    expect(core.deadline).toBe(clock.now() + 4_000);
    expect(forwarded.at(-1)).toMatchObject({ event: { type: 'stop' }, deadline: clock.now() + 4_000, firm: true });
  });
});
