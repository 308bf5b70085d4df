import type { Fault } from './fault.ts';
import type { Outcome } from './live.ts';
import { FAULTS } from './table.ts';
import { timesFor } from './times.ts';

export interface Measured {
  readonly fault: Fault;
  readonly outcome: Outcome;
}

/** What was seen of each fault, as a table. */
export function printResults(measured: readonly Measured[]): void {
  const rows = measured
    .toSorted((a, b) => FAULTS.indexOf(a.fault) - FAULTS.indexOf(b.fault))
    .map(({ fault, outcome: { ms, status, process: code, log, events } }) => [
      fault.name.replaceAll('`', ''),
      `${fault.deadline(timesFor(fault))}`,
      `${ms}`,
      status.state === 'stopped' ? `STOPPED ${Object.values(status.exit ?? {}).join('')}` : 'no STOPPED',
      `${code}`,
      `${log.filter(({ level }) => level === 50).length}`,
      events ? `${events.filter(({ type }) => type === 'error').length}` : '?',
      `${log.filter(({ line }) => line !== undefined).length}`,
    ]);
  const head = ['fault', 'deadline ms', 'over after ms', 'SCM', 'process', 'in log', 'in event log', 'lines'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const text = [head, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`\n${text.join('\n')}\n`);
}
