import { readFileSync } from 'node:fs';

/** Row of test/programs/results.json, which `npm run test:programs -- --write` writes. */
interface ProgramResult {
  readonly label: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly node: string;
  readonly times: number;
  readonly answers: number;
  readonly inFlight: number;
  /** `null`: it has no clients. */
  readonly clients: number | null;
  readonly exit: number;
  readonly noneLeft: number;
  readonly lines: number;
  readonly startMs: string;
  readonly stopMs: string;
}

const FILE = new URL('../../test/programs/results.json', import.meta.url);
const HEAD = [
  ...['Program', 'Versions', 'Node', 'RUNNING only when it answers', 'In flight answered', 'Clients hold nothing up'],
  ...['Exit code 0', 'No process left', 'Every line logged', 'Start, ms', 'Stop, ms'],
];

/** Head and rows of the table of tested programs. */
export function programRows(): [head: readonly string[], rows: readonly (readonly string[])[]] {
  const results = JSON.parse(readFileSync(FILE, 'utf8')) as readonly ProgramResult[];
  const rows = results.map((result) => {
    const { label, versions, node, times, startMs, stopMs } = result;
    const counts = [result.answers, result.inFlight, result.clients, result.exit, result.noneLeft, result.lines];
    const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    return [
      label,
      used.join(', '),
      node,
      ...counts.map((count) => (count === null ? '–' : `${count}/${times}`)),
      startMs,
      stopMs,
    ];
  });
  return [HEAD, rows];
}
