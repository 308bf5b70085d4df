import { describeWin32 } from '../../errors/win32-codes.ts';
import type { ServiceReport } from '../../manager/index.ts';
import type { ExitCode } from '../../scm/exit-code.ts';
import { STATE_WORDS } from '../../scm/state-words.ts';
import type { ServiceState } from '../../scm/states.ts';
import { formatMs } from '../../util/duration.ts';
import type { Printer } from './printer.ts';

/** Returns the state in words. */
export function stateWord(state: ServiceState): string {
  return STATE_WORDS[state];
}

/** Formats a state: in words on a terminal, otherwise as the library names it. */
export function colouredState({ style, terminal }: Pick<Printer, 'style' | 'terminal'>, state: ServiceState): string {
  const text = terminal ? STATE_WORDS[state] : state;
  if (state === 'running') return style('green', text);
  return style(state === 'stopped' ? 'dim' : 'yellow', text);
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
  return `${STATE_WORDS[report.state]}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

/** Describes an exit code; `undefined` for 0. */
export function describeExit(exit: ExitCode): string | undefined {
  if ('service' in exit) return `service-specific exit code ${exit.service}`;
  if (exit.win32 === 0) return undefined;
  const known = describeWin32(exit.win32);
  return `exit code ${exit.win32}${known ? ` ${known.symbol}: ${known.text}` : ''}`;
}
