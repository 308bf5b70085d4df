import { ServiceError } from '../../errors/service-error.ts';
import type { Duration } from '../../util/duration.ts';
import { pause } from '../../util/pause.ts';
import type { UpgradeParts } from '../upgrade-parts.ts';

const POLL_MS = 50;
/** Time that a service in a pending state has to stop by itself before its process is ended. */
const PENDING_MS = 1_000;
/** Time that the SCM gets to see that a process has ended, once it has. Windows' needs a few milliseconds. */
const QUICK_NOTICE_MS = 300;
/** The same where the end of the process can't be seen from here. */
const NOTICE_MS = 5_000;

/**
 * Stops a release that failed: gracefully, otherwise by ending its process. One that hangs in its start has a second for
 * it, and none when it accepts no stop (1061).
 *
 * @throws ServiceError STATE_NOT_REACHED when it can't be stopped.
 */
export async function stopFailed(parts: UpgradeParts, timeout: Duration): Promise<void> {
  const { target, kill } = parts;
  const { state, pid, accepts } = await target.status();
  if (state === 'stopped') return;
  const hangsInStart = state !== 'running' && state !== 'paused' && kill !== undefined;
  const limit = hangsInStart ? PENDING_MS : timeout;
  const stopped = accepts.includes('stop')
    ? await settles(target.stop({ timeout: limit, dependents: true }))
    : !hangsInStart && (await settles(target.waitFor('stopped', { timeout: limit })));
  if (!stopped) await endProcess(parts, pid);
}

const settles = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** Ends the process of a service, if it still is that one, and waits until the SCM has seen it. @throws ServiceError STATE_NOT_REACHED */
export async function endProcess(
  { target, kill, alive, clock }: Pick<UpgradeParts, 'target' | 'kill' | 'alive' | 'clock'>,
  pid: number,
): Promise<void> {
  const hangs = (report: unknown): ServiceError =>
    new ServiceError(
      'STATE_NOT_REACHED',
      `Service "${target.name}" does not stop: process ${pid} hangs. End it, then run the command again.`,
      {
        details: { service: target.name, target: 'stopped', report },
      },
    );
  const before = await target.status();
  // Recovery may have started the service again, as another process.
  if (before.pid === pid && pid !== 0) {
    if (!kill) throw hangs(before);
    kill(pid);
  }
  const noticed = clock.now() + QUICK_NOTICE_MS;
  const until = clock.now() + NOTICE_MS;
  for (;;) {
    const report = await target.status();
    if (report.pid !== pid || report.state === 'stopped') return;
    // Wine's SCM sees the end of a process at the next start only.
    if (alive?.(pid) === false && clock.now() >= noticed) return;
    if (clock.now() >= until) throw hangs(report);
    await pause(POLL_MS, clock);
  }
}
