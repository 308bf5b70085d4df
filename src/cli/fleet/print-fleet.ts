import type { FleetResult } from '../../fleet/index.ts';
import { ServiceError } from '../../errors/service-error.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import { formatMs } from '../../util/duration.ts';
import type { Cli, FleetView } from '../command.ts';
import { printable } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';
import type { MachineAnswer } from './machine-answer.ts';

type Result = FleetResult<MachineAnswer>;

const SKIPPED = {
  canary: 'a machine that went first failed',
  maxFailures: 'too many machines failed',
  interrupted: 'interrupted before it began',
} as const;

/** Prints a line for each machine, or one for each thing that the verb lists there. */
export function printFleet(cli: Cli, view: FleetView, results: readonly Result[]): void {
  const count = (outcome: Result['outcome']): number => results.filter((result) => result.outcome === outcome).length;
  const totals = { done: count('done'), failed: count('failed'), skipped: count('skipped') };
  cli.out.result({ machines: results.map(toData), ...totals }, () =>
    formatTable(
      cli.out,
      ['MACHINE', 'RESULT', 'TIME', 'DETAIL'],
      results.flatMap((result) => toRows(cli, view, result)),
    ),
  );
  cli.out.note(`${totals.done} done, ${totals.failed} failed, ${totals.skipped} skipped.`);
}

/** Shows on a terminal how many machines are done. */
export function trackFleet(
  { stderr, out }: Cli,
  total: number,
): { readonly onResult: (result: Result) => void; readonly end: () => void } {
  let [done, failed] = [0, 0];
  const shows = stderr.isTTY === true && !out.json;
  return {
    onResult({ outcome }) {
      done += 1;
      if (outcome === 'failed') failed += 1;
      if (shows) stderr.write(`\r\u001b[2K${done} of ${total} machines, ${failed} failed`);
    },
    end() {
      if (shows) stderr.write('\r\u001b[2K');
    },
  };
}

function toRows({ out }: Cli, view: FleetView, result: Result): readonly (readonly string[])[] {
  const { machine, outcome } = result;
  if (outcome === 'skipped') return [[machine, out.style('yellow', 'skipped'), '', SKIPPED[result.reason]]];
  const time = formatMs(result.elapsedMs);
  if (outcome === 'failed') {
    const [line = ''] = result.error.message.split('\n');
    return [[machine, out.style('red', 'failed'), time, printable(line)]];
  }
  const word = out.style('green', result.value.exitCode === 0 ? 'done' : `exit ${result.value.exitCode}`);
  const described = view.describe(result.value.data);
  const lines = typeof described === 'string' ? [described] : described.length > 0 ? described : ['none'];
  return lines.map((line) => [machine, word, time, printable(line)]);
}

function toData(result: Result): object {
  if (result.outcome === 'skipped') return result;
  const { machine, outcome, elapsedMs } = result;
  if (outcome === 'failed')
    return { machine, outcome, elapsedMs: Math.round(elapsedMs), error: describe(result.error) };
  return {
    machine,
    outcome,
    elapsedMs: Math.round(elapsedMs),
    exitCode: result.value.exitCode,
    result: result.value.data,
  };
}

function describe(error: Error): object {
  const { message } = error;
  if (error instanceof Win32Error)
    return { code: error.code, message, win32Code: error.win32Code, symbol: error.symbol };
  if (error instanceof ServiceError) return { code: error.code, message, details: error.details };
  return { code: 'UNEXPECTED', message };
}
