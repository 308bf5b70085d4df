import { checkAccount } from './check-account.ts';
import { checkKoffi } from './check-koffi.ts';
import { checkPort } from './check-port.ts';
import { checkProgram } from './check-program.ts';
import { checkSettings } from './check-settings.ts';
import { checkState } from './check-state.ts';
import type { Finding } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

const CHECKS = [checkState, checkProgram, checkKoffi, checkAccount, checkSettings, checkPort];

/** Everything that can be said about why a service doesn't start or stay. */
export function diagnose(snapshot: Snapshot): Finding[] {
  return CHECKS.flatMap((check) => check(snapshot));
}
