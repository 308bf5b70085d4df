import type { ExitCode } from '../../../src/scm/exit-code.ts';
import type { Clock } from '../../../src/util/clock.ts';

/** A service that a test can kill, and whose starts can fail. */
export function fakeService(clock: Clock) {
  const service = {
    state: 'running',
    exit: { win32: 0 } as ExitCode,
    startType: 'automatic',
    restarts: [] as number[],
    /** Whether a start helps. */
    sick: false,
    /** What the start of a restart fails with, after the stop worked. */
    startFails: undefined as Error | undefined,
    status: async () => ({ state: service.state, exit: service.exit, pid: 4 }),
    config: async () => ({ startType: service.startType }),
    start: async () => {},
    stop: async () => {
      service.state = 'stopped';
      service.exit = { win32: 0 };
    },
    restart: async () => {
      service.restarts.push(clock.now());
      if (service.sick) return;
      await service.stop();
      if (service.startFails) throw service.startFails;
      service.state = 'running';
    },
    kill() {
      service.state = 'stopped';
      service.exit = { win32: 1067 };
    },
  };
  return service;
}
