import { ACCEPTABLE, type ControlEvent } from '../../src/scm/controls.ts';
import { HostCore } from '../../src/host/host-core.ts';
import type { ServiceStatus } from '../../src/scm/service-status.ts';
import type { ServiceState } from '../../src/scm/states.ts';
import type { HostRegistration } from '../../src/host/service-host.ts';
import { createManualClock } from './manual-clock.ts';

export const BUDGETS = {
  start: 30_000,
  pause: 6_000,
  resume: 7_000,
  stop: 20_000,
  shutdown: 5_000,
  preshutdown: 10_000,
};

/** A HostCore with a clock to turn, and all that it said. */
export function createHostCoreRig(overrides: Partial<HostRegistration> = {}) {
  const clock = createManualClock();
  const published: ServiceStatus[] = [];
  const forwarded: { event: ControlEvent; deadline: number; firm?: boolean }[] = [];
  const overdue: ServiceState[] = [];
  const loop = { turns: true };
  const core = new HostCore({
    registration: {
      name: 'Test',
      accepts: ACCEPTABLE,
      commandCodes: [200],
      deviceEvents: true,
      notifications: undefined,
      budgets: BUDGETS,
      recoverAfterFailedStop: false,
      hang: undefined,
      eventSource: undefined,
      ...overrides,
    },
    clock,
    publish: (status) => published.push(status),
    forward: (event, deadline, firm) => forwarded.push({ event, deadline, ...(firm && { firm }) }),
    turned: () => loop.turns,
    overdue: (state) => overdue.push(state),
  });
  return {
    core,
    clock,
    published,
    forwarded,
    overdue,
    loop,
    /** Takes a fresh service to `state` by legal moves. */
    goTo(state: ServiceState): void {
      if (state === 'stopped') return;
      core.start();
      if (state === 'startPending') return;
      if (state === 'stopPending') {
        core.control({ type: 'stop' });
        return;
      }
      core.report({ type: 'settled', to: 'running' });
      if (state === 'running') return;
      core.control({ type: 'pause' });
      if (state === 'pausePending') return;
      core.report({ type: 'settled', to: 'paused' });
      if (state === 'paused') return;
      core.control({ type: 'continue' });
    },
  };
}
