import { expect } from 'vitest';
import type { Fault } from './fault.ts';
import { LINES } from './fault-service.ts';
import type { Outcome } from './live.ts';
import { PROMISE_MS, SLOW_MACHINE, timesFor } from './times.ts';

const ERROR = 50;
const CLEAN = { state: 'stopped', exit: { win32: 0 } };
const MIB = 2 ** 20;

/** All that is promised about a fault, the same for each. */
export function check(fault: Fault, outcome: Outcome): void {
  checkEnd(fault, outcome);
  // Wine writes a dump of a process that aborts first, which takes as long as the machine is busy.
  if (fault.end.state !== 'crashed' || process.platform === 'win32')
    expect(outcome.ms).toBeLessThanOrEqual((fault.deadline(timesFor(fault)) + PROMISE_MS) * SLOW_MACHINE);
  if (fault.end.state !== 'running')
    expect(outcome.told.map(({ what }) => what).filter((what) => what === 'stop' || what === 'hooks')).toEqual(
      fault.ran,
    );
  checkRecord(fault, outcome);
  checkLines(fault, outcome);
}

function checkEnd({ end }: Fault, { status: { state, exit }, process: code }: Outcome): void {
  switch (end.state) {
    case 'stopped':
      expect({ state, exit, process: code }).toEqual(end);
      return;
    case 'crashed':
      expect(code).toBe(end.process);
      // Wine's SCM looks at the process at the next start or control only (test/scm/sudden-end.test.ts).
      if (process.platform === 'win32') expect({ state, exit }).toEqual({ state: 'stopped', exit: { win32: 1067 } });
      else expect({ state, exit }).not.toEqual(CLEAN);
      return;
    case 'running':
      expect({ state, exit, process: code }).toEqual({ ...CLEAN, process: 0 });
  }
}

/** In the log, and in the event log: one record of the failure, no more. */
function checkRecord({ record, warning, outside, lines }: Fault, { log, events }: Outcome): void {
  const errors = log.filter(({ level }) => level === ERROR);
  expect(errors.map(({ error, msg }) => error?.code ?? msg)).toEqual(record ? [record.code] : []);
  for (const { msg, error } of errors) expect(`${msg}\n${error?.stack}`).toContain(record?.text);
  if (!events) return;
  const texts = (type: string): string[] => events.filter((event) => event.type === type).map(({ text }) => text);
  const recorded = record && outside !== 'no event source';
  expect(texts('error')).toEqual(recorded ? [expect.stringContaining(record.text)] : []);
  if (warning !== undefined) expect(texts('warn')).toEqual([expect.stringContaining(warning)]);
  if (lines === 'none') expect(log).toEqual([]);
}

/** Each line once, in order, and as many as promised. */
function checkLines({ lines }: Fault, { log, out, told }: Outcome): void {
  const said = { json: Math.max(...told.map(({ json }) => json)), out: Math.max(...told.map((at) => at.out)) };
  const json = log.flatMap(({ line }) => line ?? []);
  const printed = out.map((line) => Number(/^line (\d+)$/.exec(line)?.[1]));
  const from = lines === 'since then' ? LINES : 0;
  expect(gapIn(json, from)).toBe('');
  expect(gapIn(printed, 2 * from)).toBe('');
  switch (lines) {
    case 'all':
    case 'since then':
      expect({ json: json.at(-1), out: printed.at(-1) }).toEqual(said);
      return;
    case 'flushed':
      expect(json.length).toBeGreaterThanOrEqual(LINES);
      return;
    case 'first MiB':
      // Less what is left of a line that doesn't fit any more.
      expect(bytes(log.map((line) => JSON.stringify(line)))).toBeGreaterThan(0.9 * MIB);
      expect(bytes(out)).toBeGreaterThan(0.99 * MIB);
      expect(json.length).toBeLessThan(said.json);
      return;
    case 'none':
      expect(json).toEqual([]);
  }
}

/** Where the numbers don't follow each other; empty: nowhere. */
function gapIn(numbers: readonly number[], after: number): string {
  const at = numbers.findIndex((number, i) => number !== after + i + 1);
  return at < 0 ? '' : `${numbers.length} lines, and behind ${numbers[at - 1] ?? after} comes ${numbers[at]}`;
}

function bytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
}
