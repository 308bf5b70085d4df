import { describeWin32 } from '../../errors/win32-codes.ts';
import type { ControlAnswer } from '../host-core.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';
import { STATE_WORDS } from '../../scm/state-words.ts';
import type { ServiceState } from '../../scm/states.ts';
import { formatMs } from '../../util/duration.ts';

export interface Situation {
  /** Whether keys are heard. */
  readonly keys: boolean;
  readonly canPause: boolean;
  /** What asked for the stop; undefined when the service wanted it. */
  readonly stopAskedBy: string | undefined;
}

/** The line for a new status. */
export function describeStatus(status: ServiceStatus, { keys, canPause, stopAskedBy }: Situation): string {
  const word = STATE_WORDS[status.state];
  switch (status.state) {
    case 'running':
      return `${word} (${keys && canPause ? 'Ctrl+C stops, p pauses' : 'Ctrl+C stops'})`;
    case 'paused':
      return keys ? `${word} (c continues, Ctrl+C stops)` : word;
    case 'stopPending':
      return stopAskedBy
        ? `${word} (${stopAskedBy}), at most ${formatMs(status.waitHintMs)}; once more ends at once`
        : `${word}, at most ${formatMs(status.waitHintMs)}`;
    case 'stopped':
      return `${word}${describeExit(status.exit)}`;
    default:
      return word;
  }
}

/** The line for a control that was refused. */
export function describeRefusal(
  what: 'stop' | 'pause' | 'continue',
  answer: ControlAnswer,
  state: ServiceState,
): string {
  if (answer === 'notImplemented') return `can't ${what}: the service has no pause and resume handlers`;
  return `can't ${what} while ${STATE_WORDS[state]}`;
}

export function describeOverdue(state: ServiceState): string {
  return `still ${STATE_WORDS[state]} after its time: ending at once`;
}

function describeExit(exit: ExitCode): string {
  if ('service' in exit) return exit.service === 0 ? '' : ` with the service's own exit code ${exit.service}`;
  if (exit.win32 === 0) return '';
  const symbol = describeWin32(exit.win32)?.symbol;
  return ` with exit code ${exit.win32}${symbol ? ` (${symbol})` : ''}`;
}
