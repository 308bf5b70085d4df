import { describeWin32 } from '../../errors/win32-codes.ts';
import type { ControlAnswer } from '../host-core.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';
import { STATE_WORDS } from '../../scm/state-words.ts';
import type { ServiceState } from '../../scm/states.ts';
import { formatMs } from '../../util/duration.ts';

/** Facts for the line of a status. */
export interface Situation {
  /** True when keys control the service. */
  readonly keys: boolean;
  readonly canPause: boolean;
  /** Source of the stop; undefined: the service itself. */
  readonly stopAskedBy: string | undefined;
}

/** Formats the line for a new status. */
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

/** Formats the line for a control that was refused. */
export function describeRefusal(
  what: 'stop' | 'pause' | 'continue',
  answer: ControlAnswer,
  state: ServiceState,
): string {
  if (answer === 'notImplemented') return `can't ${what}: the service has no pause and resume handlers`;
  return `can't ${what} while ${STATE_WORDS[state]}`;
}

/** Formats the line for a service that didn't stop in its time. */
export function describeOverdue(state: ServiceState): string {
  return `still ${STATE_WORDS[state]} after its time: ending at once`;
}

function describeExit(exit: ExitCode): string {
  if ('service' in exit) return exit.service === 0 ? '' : ` with the service's own exit code ${exit.service}`;
  if (exit.win32 === 0) return '';
  const symbol = describeWin32(exit.win32)?.symbol;
  return ` with exit code ${exit.win32}${symbol ? ` (${symbol})` : ''}`;
}
