import type { ReleaseJournal } from '../state/release-journal.ts';
import { toError } from '../../util/to-error.ts';
import { join } from 'node:path';
import type { SwitchOptions } from '../upgrade-options.ts';
import type { UpgradeParts } from '../upgrade-parts.ts';
import type { RecoveredSwitch } from '../upgrade-result.ts';
import { type Progress, UPGRADE_IDS } from './run-switch.ts';
import { undoSwitch } from './undo-switch.ts';

/** Undoes the switch of an earlier process that did not end it. Returns it, or `undefined` when there was none. */
export async function recover(
  parts: UpgradeParts,
  journal: ReleaseJournal,
  options: SwitchOptions,
  progress: Progress,
): Promise<RecoveredSwitch | undefined> {
  const { pending, service } = journal.state;
  if (!pending) return undefined;
  const { action, from, to, startedAt } = pending;
  progress('recover', `undoing the ${action} to ${to.id} that began at ${startedAt} and did not end`);
  await undoSwitch(parts, journal, options);
  const text = `Service "${service}" is back on release ${from}: the ${action} to ${to.id}, begun at ${startedAt}, had not ended.`;
  parts.record('warn', UPGRADE_IDS.undone, text);
  return { action, from, to: to.id, startedAt };
}

/**
 * Removes what is not needed any more: copies that were not finished, old releases. What is locked stays for the next
 * time.
 *
 * @returns a warning for each folder that stays
 */
export async function clean({ files }: UpgradeParts, journal: ReleaseJournal): Promise<readonly string[]> {
  const warnings: string[] = [];
  const left: string[] = [];
  await files.discard(journal.root).catch((thrown: unknown) => {
    warnings.push(`An unfinished copy in ${journal.root} can't be removed now: ${toError(thrown).message}`);
  });
  const { garbage } = journal.state;
  for (const id of garbage) {
    const folder = join(journal.root, id);
    try {
      await files.remove(folder);
    } catch (thrown) {
      left.push(id);
      warnings.push(
        `The old release ${folder} can't be removed now: ${toError(thrown).message}. The next upgrade tries again.`,
      );
    }
  }
  if (left.length !== garbage.length)
    await journal.save({ ...journal.state, garbage: left }).catch((thrown: unknown) => {
      warnings.push(`The record in ${journal.root} can't be written: ${toError(thrown).message}`);
    });
  return warnings;
}
