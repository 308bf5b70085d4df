/** Report of a run of `npm run verify:windows`: rows, and how they are written. */

export type Result = 'proven' | 'failed' | 'skipped';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly result: Result;
  /** What was seen, or why not. */
  readonly detail: string;
  readonly ms: number;
}

export interface Report {
  readonly at: string;
  readonly winsvc: string;
  readonly commit: string | undefined;
  /** Versions of the system, Node and koffi. */
  readonly machine: Readonly<Record<string, string | undefined>>;
  readonly rows: readonly Row[];
}

const MARKS: Readonly<Record<Result, string>> = { proven: '✔', failed: '✘', skipped: '–' };

/** Number of rows by result. */
export function countResults(rows: readonly Row[]): Readonly<Record<Result, number>> {
  const count = (wanted: Result): number => rows.filter(({ result }) => result === wanted).length;
  return { proven: count('proven'), failed: count('failed'), skipped: count('skipped') };
}

/** Rows of an earlier run, with those of a later run in their place. */
export function mergeRows(earlier: readonly Row[], later: readonly Row[]): Row[] {
  const isNew = ({ id }: Row): boolean => !earlier.some((row) => row.id === id);
  return [...earlier.map((row) => later.find(({ id }) => id === row.id) ?? row), ...later.filter(isNew)];
}

/** `✔ recovery-killed  A killed service is restarted …`, with what was seen below it. */
export function formatRow({ id, title, result, detail }: Row): string {
  return `${MARKS[result]} ${id}: ${title}\n    ${result}: ${detail}\n`;
}

export function formatMarkdown({ at, winsvc, commit, machine, rows }: Report): string {
  const { proven, failed, skipped } = countResults(rows);
  const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  const versions = Object.entries(machine).flatMap(([name, value]) =>
    value === undefined ? [] : [`- ${name}: ${value}`],
  );
  const table = (wanted: Result): string[] => {
    const found = rows.filter(({ result }) => result === wanted);
    if (found.length === 0) return [];
    const lines = found.map(({ id, title, detail, ms }) => `| ${id} | ${cell(title)} | ${cell(detail)} | ${ms} |`);
    return [
      `## ${wanted[0]?.toUpperCase() ?? ''}${wanted.slice(1)}`,
      '',
      '| check | claim | seen | ms |',
      '| - | - | - | -: |',
      ...lines,
      '',
    ];
  };
  return [
    '# winsvc on this machine',
    '',
    `${proven} proven, ${failed} failed, ${skipped} skipped, ${at}.`,
    '',
    `- winsvc: ${winsvc}${commit === undefined ? '' : ` (${commit})`}`,
    ...versions,
    '',
    ...table('failed'),
    ...table('proven'),
    ...table('skipped'),
  ].join('\n');
}
