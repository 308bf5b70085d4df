import { describe, expect, it } from 'vitest';
import type { ControlEvent } from '../../src/scm/controls.ts';
import { STATES } from '../../src/scm/states.ts';
import { BUDGETS, createHostCoreRig } from '../support/host-core-rig.ts';

const beforeTheEnd = STATES.filter((state) => state !== 'stopped' && state !== 'stopPending');

describe('HostCore: ends', () => {
  it.each(beforeTheEnd)('STOP in %s goes to STOP_PENDING at once and tells the app its deadline', (state) => {
    const { core, goTo, forwarded, clock } = createHostCoreRig();
    goTo(state);
    forwarded.length = 0;
    expect(core.control({ type: 'stop' })).toBe('accepted');
    expect(core.status).toEqual({ state: 'stopPending', checkpoint: 1, waitHintMs: BUDGETS.stop, accepts: [] });
    expect(forwarded).toEqual([{ event: { type: 'stop' }, deadline: clock.now() + BUDGETS.stop }]);
  });

  it.each(['stopPending', 'stopped'] as const)(
    'STOP in %s is accepted and does nothing: the SCM has its wish',
    (state) => {
      const { core, goTo, forwarded, published } = createHostCoreRig();
      goTo(state);
      const before = [forwarded.length, published.length];
      expect(core.control({ type: 'stop' })).toBe('accepted');
      expect([forwarded.length, published.length]).toEqual(before);
    },
  );

  it.each(['shutdown', 'preshutdown'] as const)('%s has a budget of its own', (type) => {
    const { core, goTo, forwarded, clock } = createHostCoreRig();
    goTo('running');
    expect(core.control({ type })).toBe('accepted');
    expect(core.status).toMatchObject({ state: 'stopPending', waitHintMs: BUDGETS[type] - 1_000 });
    expect(forwarded).toEqual([{ event: { type }, deadline: clock.now() + BUDGETS[type] - 1_000 }]);
  });

  it('reports STOPPED once, with the exit code', () => {
    const { core, goTo, published } = createHostCoreRig();
    goTo('stopPending');
    core.stopped({ service: 7 });
    core.stopped({ win32: 0 });
    expect(published.filter(({ state }) => state === 'stopped')).toEqual([{ state: 'stopped', exit: { service: 7 } }]);
  });
});

describe('HostCore: pause and continue', () => {
  it('goes there and back, with the budget of each way', () => {
    const { core, goTo } = createHostCoreRig();
    goTo('running');
    expect(core.control({ type: 'pause' })).toBe('accepted');
    expect(core.status).toMatchObject({ state: 'pausePending', waitHintMs: BUDGETS.pause });
    core.report({ type: 'settled', to: 'paused' });
    expect(core.control({ type: 'continue' })).toBe('accepted');
    expect(core.status).toMatchObject({ state: 'continuePending', waitHintMs: BUDGETS.resume });
  });

  it.each([
    ['pause', 'paused'],
    ['pause', 'pausePending'],
    ['continue', 'running'],
    ['continue', 'continuePending'],
  ] as const)('%s in %s is accepted and does nothing', (type, state) => {
    const { core, goTo, forwarded, published } = createHostCoreRig();
    goTo(state);
    const before = [forwarded.length, published.length];
    expect(core.control({ type })).toBe('accepted');
    expect([forwarded.length, published.length]).toEqual(before);
  });

  it.each([
    ['pause', 'startPending'],
    ['pause', 'continuePending'],
    ['pause', 'stopPending'],
    ['continue', 'startPending'],
    ['continue', 'pausePending'],
    ['continue', 'stopPending'],
  ] as const)('%s in %s is refused for now, and the status stays', (type, state) => {
    const { core, goTo, clock } = createHostCoreRig();
    goTo(state);
    const { status, deadline } = core;
    clock.advance(10);
    expect(core.control({ type })).toBe('cannotAccept');
    expect(core.status).toBe(status);
    expect(core.deadline).toBe(deadline);
  });
});

describe('HostCore: what is accepted', () => {
  it('is everything registered in a steady state', () => {
    const { core, goTo } = createHostCoreRig({ accepts: ['stop', 'pauseContinue', 'sessionChange'] });
    goTo('running');
    expect(core.status).toMatchObject({ accepts: ['stop', 'pauseContinue', 'sessionChange'] });
  });

  it.each(['startPending', 'pausePending', 'continuePending'] as const)('is only ends in %s', (state) => {
    const { core, goTo } = createHostCoreRig();
    goTo(state);
    expect(core.status).toMatchObject({ accepts: ['stop', 'shutdown', 'preshutdown'] });
  });

  it('is nothing in stopPending', () => {
    const { core, goTo } = createHostCoreRig();
    goTo('stopPending');
    expect(core.status).toMatchObject({ accepts: [] });
  });

  it.each<ControlEvent>([
    { type: 'unknown', code: 0x70, eventType: 0 },
    { type: 'command', code: 201 },
    { type: 'deviceEvent', change: 'arrival', eventType: 0x8000, device: undefined },
    { type: 'pause' },
    { type: 'sessionChange', reason: 'logon', sessionId: 1 },
    { type: 'shutdown' },
  ])('$type without a handler is not implemented', (event) => {
    const { core, goTo, forwarded } = createHostCoreRig({ accepts: ['stop'], deviceEvents: false });
    goTo('running');
    expect(core.control(event)).toBe('notImplemented');
    expect(forwarded).toEqual([]);
  });

  it.each<ControlEvent>([
    { type: 'command', code: 200 },
    { type: 'deviceEvent', change: 'arrival', eventType: 0x8000, device: undefined },
    { type: 'sessionChange', reason: 'logon', sessionId: 1 },
    { type: 'paramChange' },
  ])('$type with a handler goes to the app, without a deadline of the SCM, until the service stops', (event) => {
    const { core, goTo, forwarded } = createHostCoreRig();
    goTo('running');
    expect(core.control(event)).toBe('accepted');
    expect(forwarded).toEqual([{ event, deadline: Infinity }]);
    core.control({ type: 'stop' });
    expect(core.control(event)).toBe('cannotAccept');
  });

  it('answers INTERROGATE in every state', () => {
    for (const state of STATES) {
      const { core, goTo, published } = createHostCoreRig();
      goTo(state);
      const before = published.length;
      expect(core.control({ type: 'interrogate' })).toBe('accepted');
      expect(published).toHaveLength(before);
    }
  });
});
