import { describeWin32 } from '../errors/win32-codes.ts';
import type { ServiceReport } from '../manager/index.ts';
import type { ExitCode } from '../status/exit-code.ts';
import type { ServiceState } from '../status/states.ts';
import { formatMs } from '../util/duration.ts';
import type { Style } from './style.ts';

const WORDS: Readonly<Record<ServiceState, string>> = {
  stopped: 'stopped',
  startPending: 'starting',
  running: 'running',
  pausePending: 'pausing',
  paused: 'paused',
  continuePending: 'continuing',
  stopPending: 'stopping',
};

/** The state as people say it. */
export function stateWord(state: ServiceState): string {
  return WORDS[state];
}

export function colouredState(style: Style, state: ServiceState): string {
  if (state === 'running') return style('green', WORDS[state]);
  return state === 'stopped' ? style('dim', WORDS[state]) : style('yellow', WORDS[state]);
}

/** `starting (checkpoint 3, 12 s promised, PID 4711)` */
export function describeReport(report: Omit<ServiceReport, 'pid'> & { readonly pid?: number }): string {
  const facts: string[] = [];
  if (report.state.endsWith('Pending')) {
    facts.push(`checkpoint ${report.checkpoint}`);
    if (report.waitHintMs > 0) facts.push(`wait hint ${formatMs(report.waitHintMs)}`);
  }
  if (report.state === 'stopped') {
    const exit = describeExit(report.exit);
    if (exit !== undefined) facts.push(exit);
  }
  if (report.pid) facts.push(`PID ${report.pid}`);
  return `${WORDS[report.state]}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

/** How a service ended, in words; `undefined` when there is nothing to say. */
export function describeExit(exit: ExitCode): string | undefined {
  if ('service' in exit) return `exit code ${exit.service} of the service's own`;
  if (exit.win32 === 0) return undefined;
  const known = describeWin32(exit.win32);
  return `exit code ${exit.win32}${known ? ` ${known.symbol}: ${known.text}` : ''}`;
}
