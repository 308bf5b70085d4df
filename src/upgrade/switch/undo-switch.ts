import { ServiceError } from '../../errors/service-error.ts';
import type { SwitchOptions } from '../upgrade-options.ts';
import type { UpgradeParts } from '../upgrade-parts.ts';
import { abandonSwitch } from '../state/release-state.ts';
import type { ReleaseJournal } from '../state/release-journal.ts';
import { stopFailed } from './end-process.ts';
import { startDependents } from './perform-switch.ts';

/**
 * Undoes a switch that failed, or that an earlier process began and did not end: the service gets back the command line
 * that it had, and runs if it ran. Can be called again after a crash at any point.
 *
 * @throws what failed; the switch stays recorded as pending, so that the next call tries again.
 */
export async function undoSwitch(
  parts: UpgradeParts,
  journal: ReleaseJournal,
  options: Pick<SwitchOptions, 'startTimeout' | 'stopTimeout' | 'service'>,
): Promise<void> {
  const { target } = parts;
  const { phase, fromImagePath, wasRunning } = journal.pending;
  const { imagePath } = await target.config();
  const { startTimeout = '30s', stopTimeout = '30s' } = options;
  // Before the command line was changed, the process is that of the old release.
  const isOld = (phase === 'stop' || phase === 'switch') && imagePath === fromImagePath;
  if (!isOld) {
    // A full disk must not keep the service from coming back: the record from before leads here too.
    await journal.enter('undo').catch(() => undefined);
    // First: should recovery start the service now, it starts the old release.
    await target.configure({ imagePath: fromImagePath });
    await stopFailed(parts, stopTimeout);
  }
  if (wasRunning) await startOld(parts, journal, startTimeout);
  await journal.save(abandonSwitch(journal.state));
}

async function startOld(
  parts: UpgradeParts,
  journal: ReleaseJournal,
  startTimeout: NonNullable<SwitchOptions['startTimeout']>,
): Promise<void> {
  const { target } = parts;
  const report = await target.status();
  if (report.state === 'stopPending')
    throw new ServiceError(
      'STATE_NOT_REACHED',
      `Service "${target.name}" has not stopped yet: its process ${report.pid} hangs in the stop. Nothing was switched. End the process, then start the service.`,
      { details: { service: target.name, target: 'stopped', report } },
    );
  // A service that runs needs no start.
  if (report.state === 'stopped' || report.state === 'startPending') await target.start({ timeout: startTimeout });
  await startDependents({ parts, journal, options: { service: target.name, startTimeout } });
}
