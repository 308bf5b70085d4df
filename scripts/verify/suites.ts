/** The suites of the project as rows of the report. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './report.ts';

interface VitestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** Each suite, and what it runs. */
const SUITES = [
  {
    id: 'contract',
    title: 'The contract suite on the SCM of this machine',
    args: ['--project', 'scm', 'test/contract'],
  },
  { id: 'faults', title: 'Every way to fail, on the SCM of this machine', args: ['--project', 'scm', 'test/faults'] },
  {
    id: 'end-to-end',
    title: 'Examples, logs, console and CLI on the SCM of this machine',
    args: ['--project', 'scm', 'test/scm'],
  },
];
const root = fileURLToPath(new URL('../..', import.meta.url));
/** A suite that ends without a report failed as a whole. */
const NO_REPORT = 'it wrote no report; see its output above';

/** Runs every suite, one after another; `say` gets each row as it is known. */
export function runSuites(say: (row: Row) => void): Row[] {
  return [...SUITES.map(runSuite), runBench()].map((row) => {
    say(row);
    return row;
  });
}

function runSuite({ id, title, args }: (typeof SUITES)[number]): Row {
  const dir = mkdtempSync(join(tmpdir(), 'winsvc-verify-'));
  const file = join(dir, 'report.json');
  const began = performance.now();
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  spawnSync(
    process.execPath,
    [vitest, 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const ms = Math.round(performance.now() - began);
  try {
    return { id, title, ms, ...judge(JSON.parse(readFileSync(file, 'utf8')) as VitestReport) };
  } catch {
    return { id, title, ms, result: 'failed', detail: NO_REPORT };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function judge({ testResults }: VitestReport): Pick<Row, 'result' | 'detail'> {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  // A file that could not be loaded has a message and no tests.
  const broken = testResults.filter(({ message, assertionResults }) => message !== '' && assertionResults.length === 0);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const counts = `${passed} passed, ${failed.length + broken.length} failed, ${tests.length - passed - failed.length} skipped`;
  if (failed.length + broken.length > 0 || passed === 0)
    return { result: 'failed', detail: [counts, ...failed, ...broken.map(({ message }) => message)].join('; ') };
  return { result: 'proven', detail: counts };
}

function runBench(): Row {
  const began = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'bench/run.mjs')], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(stdout);
  const figures = stdout.trim().replace(/\s+/g, ' ');
  return {
    id: 'bench',
    title: 'The bench runs, and its figures are recorded',
    result: status === 0 ? 'proven' : 'failed',
    detail: figures || `it printed nothing; exit code ${status ?? 'none'}`,
    ms: Math.round(performance.now() - began),
  };
}
