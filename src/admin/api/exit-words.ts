import { describeWin32, win32Code } from '../../errors/win32-codes.ts';
import { type ExitCode, isFailure } from '../../scm/exit-code.ts';

/** Describes the last exit of a service; `undefined`: without an error, or it has not run since the last boot. */
export function exitWords(exit: ExitCode): string | undefined {
  if (!hasFailed(exit)) return undefined;
  if ('service' in exit) return `it ended with an error code of its own: ${exit.service}`;
  const known = describeWin32(exit.win32);
  return known ? `${known.text} (${exit.win32})` : `error ${exit.win32}`;
}

/** Returns whether a service ended with an error. */
export function hasFailed(exit: ExitCode): boolean {
  return isFailure(exit) && !('win32' in exit && exit.win32 === win32Code('ERROR_SERVICE_NEVER_STARTED'));
}
