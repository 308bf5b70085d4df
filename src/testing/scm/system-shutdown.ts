import type { Duration } from 'winsvc';
import type { Clock } from '../../util/clock.ts';
import { createDeferred } from '../../util/deferred.ts';
import { toMs } from '../../util/duration.ts';
import type { MockServiceRun } from '../host/mock-run.ts';

/** Time that services have when the mocked system shuts down. */
export interface MockShutdownOptions {
  /** Time of each service for its preshutdown. Default: the time in its configuration, 10 s (SERVICE_PRESHUTDOWN_INFO). */
  readonly preshutdown?: Duration;
  /** Time of all services together for their shutdown. Default 5 s (WaitToKillServiceTimeout). */
  readonly shutdown?: Duration;
}

/** Parts of the mocked system that a shutdown uses. */
export interface RunningSystem {
  readonly clock: Clock;
  /** Returns the processes of the services that haven't stopped. */
  readonly living: () => MockServiceRun[];
  /** Returns the configured preshutdown time of a service. */
  readonly preshutdownMs: (name: string) => number | undefined;
}

/**
 * Shuts the system down: sends PRESHUTDOWN to the services that accept it and gives them time; then SHUTDOWN to the
 * others, with less time; then kills the rest. Resolves when all processes have ended.
 *
 * Source: https://learn.microsoft.com/windows/win32/services/service-control-handler-function
 */
export async function shutDownSystem(system: RunningSystem, options: MockShutdownOptions): Promise<void> {
  const { preshutdown, shutdown = '5s' } = options;
  const preshutdownMs = preshutdown === undefined ? undefined : toMs(preshutdown, 'preshutdown');
  const accepting = system
    .living()
    .filter(({ status }) => 'accepts' in status && status.accepts.includes('preshutdown'));
  await endAll(system, accepting, 'preshutdown', preshutdownMs);
  await endAll(system, system.living(), 'shutdown', toMs(shutdown, 'shutdown'));
}

async function endAll(
  { clock, preshutdownMs }: RunningSystem,
  runs: readonly MockServiceRun[],
  notice: 'preshutdown' | 'shutdown',
  allMs: number | undefined,
): Promise<void> {
  await Promise.all(
    runs.map(async (run) => {
      const budget = allMs ?? preshutdownMs(run.name) ?? 10_000;
      const over = createDeferred<undefined>();
      const cancel = clock.setTimeout(() => {
        if (notice === 'shutdown') run.kill();
        else over.resolve(undefined);
      }, budget);
      await run.notify(notice, { budget });
      await Promise.race([run.waitFor('stopped'), over.promise]);
      cancel();
    }),
  );
}
