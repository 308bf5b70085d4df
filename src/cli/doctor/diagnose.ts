import { checkAccount } from './check-account.ts';
import { checkControls } from './check-controls.ts';
import { checkFolders } from './check-folders.ts';
import { checkLoad } from './check-load.ts';
import { checkPort } from './check-port.ts';
import { checkProgram } from './check-program.ts';
import { checkSettings } from './check-settings.ts';
import { checkState } from './check-state.ts';
import type { Finding } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

const CHECKS = [
  checkState,
  checkProgram,
  checkLoad,
  checkAccount,
  checkControls,
  checkFolders,
  checkSettings,
  checkPort,
];

/** Runs every check: reasons why a service doesn't start or doesn't keep running. */
export function diagnose(snapshot: Snapshot): Finding[] {
  return CHECKS.flatMap((check) => check(snapshot));
}
