import { GRACE_MS } from '../../host/host-core.ts';
import type { Clock } from '../../util/clock.ts';
import type { MockServiceRun } from '../host/mock-run.ts';
import { type ManualClock, turn } from '../time/manual-clock.ts';

/** Turns of the real event loop that a stop with I/O of the app gets before virtual time passes. */
const TURNS = 100;
/** Longer than a host waits for an app after its deadline. */
const MARGIN_MS = 2 * GRACE_MS;

/** Stops the services of a test that is over: stop handlers and hooks run. What is left after its time is killed. */
export async function endRuns(runs: readonly MockServiceRun[], clock: Clock): Promise<void> {
  const isOver = (): boolean => runs.every((run) => run.process.gone);
  for (const run of runs) run.end();
  for (let turns = 0; turns < TURNS && !isOver(); turns++) await turn();
  if (!isOver()) {
    const limitMs = MARGIN_MS + Math.max(...runs.map(({ service }) => service.definition.budgets.stop));
    if (isManual(clock)) await clock.advance(limitMs);
    else await Promise.race([Promise.allSettled(runs.map((run) => run.waitFor('stopped'))), pause(clock, limitMs)]);
  }
  for (const run of runs) if (!run.process.gone) run.kill();
  // The service objects are free when their programs have ended.
  await turn();
}

function isManual(clock: Clock): clock is ManualClock {
  return 'advance' in clock;
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, ms));
}
