import { ServiceError } from '../../errors/service-error.ts';
import { formatMs } from '../../util/duration.ts';
import { toError } from '../../util/to-error.ts';
import type { ReleaseJournal } from '../state/release-journal.ts';
import { commitSwitch, type PendingSwitch, type Release } from '../state/release-state.ts';
import type { SwitchOptions, SwitchStep } from '../upgrade-options.ts';
import type { UpgradeParts } from '../upgrade-parts.ts';
import type { SwitchTimes } from '../upgrade-result.ts';
import { performSwitch } from './perform-switch.ts';
import { undoSwitch } from './undo-switch.ts';
import { openChecks } from './wait-ready.ts';

/** Event ids of upgrades. docs/event-log.md lists them: rules of monitors rely on them. */
export const UPGRADE_IDS = { done: 120, failed: 121, undone: 122 } as const;

/** A switch to make. */
export interface SwitchRequest {
  readonly action: PendingSwitch['action'];
  readonly to: Release;
  /** Number of releases to keep; `Infinity`: all. */
  readonly keep: number;
  readonly startType: string;
}

/** Reports a step. */
export type Progress = (step: SwitchStep, text: string) => void;

/**
 * Switches a service to another release, and back when that fails.
 *
 * @throws ServiceError UPGRADE_FAILED: `details.restored` says whether the service is back on the old release.
 */
export async function runSwitch(
  parts: UpgradeParts,
  journal: ReleaseJournal,
  options: SwitchOptions,
  { action, to, keep, startType }: SwitchRequest,
  progress: Progress,
): Promise<{ readonly times: SwitchTimes | undefined; readonly started: boolean }> {
  const { target, clock } = parts;
  const { current, service } = journal.state;
  const checks = await openChecks(options);
  const wasRunning = await settle(parts, options);
  const starts = wasRunning || (options.start ?? false);
  if (starts && startType === 'disabled')
    throw new ServiceError(
      'INVALID_OPTIONS',
      `Service "${service}" is disabled, so Windows would not start its new release (1058). Enable it first: winsvc config set "${service}" --start auto`,
      { details: { service } },
    );
  const dependents = wasRunning && options.dependents ? await target.dependents({ activeOnly: true }) : [];
  const { imagePath: fromImagePath } = await target.config();
  const pending: PendingSwitch = {
    action,
    from: current,
    fromImagePath,
    to,
    phase: 'stop',
    wasRunning,
    dependents: dependents.map(({ name }) => name),
    startedAt: new Date(clock.now()).toISOString(),
  };
  // From here on the record says what to undo.
  const garbage = journal.state.garbage.filter((id) => id !== to.id);
  await journal.save({ ...journal.state, garbage, pending });
  const began = clock.now();
  try {
    const times = await performSwitch({ parts, journal, options, checks, starts, progress });
    await journal.save(commitSwitch(journal.state, keep));
    const downtime = times ? `, down for ${formatMs(times.runningMs)}` : ', not started, as it was stopped';
    parts.record(
      'info',
      UPGRADE_IDS.done,
      `Service "${service}": ${action} from release ${current} to ${to.id} done${downtime}.`,
    );
    return { times, started: starts };
  } catch (thrown) {
    const reason = toError(thrown);
    parts.record(
      'error',
      UPGRADE_IDS.failed,
      `Service "${service}": ${action} from release ${current} to ${to.id} failed. ${whyOf(reason, options)}`,
    );
    progress('undo', `going back to release ${current}`);
    throw await undoFailed(parts, journal, options, reason, began);
  }
}

/** Undoes a switch that failed. Returns the error to throw. */
async function undoFailed(
  parts: UpgradeParts,
  journal: ReleaseJournal,
  options: SwitchOptions,
  reason: Error,
  began: number,
): Promise<ServiceError> {
  const { service } = journal.state;
  const { action, from, to, wasRunning } = journal.pending;
  const what = `${action === 'upgrade' ? 'Upgrade' : 'Rollback'} of service "${service}" from release ${from} to ${to.id} failed: ${whyOf(reason, options)}`;
  const details = { service, action, from, to: to.id };
  try {
    await undoSwitch(parts, journal, options);
  } catch (thrown) {
    const second = toError(thrown);
    parts.record(
      'error',
      UPGRADE_IDS.failed,
      `Service "${service}" could not be brought back to release ${from}. ${second.message}`,
    );
    return new ServiceError(
      'UPGRADE_FAILED',
      `${what}\nGoing back to release ${from} failed too: ${second.message}\nTo try that again, run: winsvc rollback "${service}"`,
      { cause: reason, details: { ...details, restored: false } },
    );
  }
  const downtimeMs = parts.clock.now() - began;
  const state = wasRunning ? `runs again, after ${formatMs(downtimeMs)}` : 'is stopped, as before';
  parts.record('warn', UPGRADE_IDS.undone, `Service "${service}" is back on release ${from}: it ${state}.`);
  return new ServiceError('UPGRADE_FAILED', `${what}\nThe service is back on release ${from} and ${state}.`, {
    cause: reason,
    details: { ...details, restored: true, downtimeMs: wasRunning ? downtimeMs : undefined },
  });
}

/** Waits for the end of a start, stop, pause or resume that is under way. Returns whether the service runs. */
async function settle({ target }: UpgradeParts, options: SwitchOptions): Promise<boolean> {
  const { state } = await target.status();
  const signal = options.signal ? { signal: options.signal } : {};
  if (state === 'stopPending') await target.waitFor('stopped', { timeout: options.stopTimeout ?? '30s', ...signal });
  if (state === 'startPending' || state === 'continuePending')
    await target.waitFor('running', { timeout: options.startTimeout ?? '30s', ...signal });
  return state !== 'stopped' && state !== 'stopPending';
}

/** An interruption has no message of its own. */
function whyOf(reason: Error, { signal }: SwitchOptions): string {
  if (reason.message !== '') return reason.message;
  return signal?.aborted ? 'it was interrupted.' : reason.name;
}
