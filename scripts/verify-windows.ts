/**
 * `npm run verify:windows`: runs the suites and every check that only a real Windows can prove, and writes
 * `windows-report.md` and `windows-report.json`. On Linux the same code runs on Wine's SCM, and what Wine lacks is
 * skipped with its reason.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { openRig } from '../rig/rig.mjs';
import { stagePackage } from '../test/support/stage.mjs';
import { countResults, formatMarkdown, formatRow, mergeRows, type Report, type Row } from './verify/report.ts';
import { runSuites } from './verify/suites.ts';

const USAGE = `npm run verify:windows -- [options], in an elevated terminal

  --checks             only the checks, not the contract, fault and end-to-end suites and the bench
  --only <id,id>       only these checks
  --node <20|22>       Node of the services; on Linux only. Default 22
  --restart            also checks a preshutdown: restarts this machine
  --after-restart      the second half of that check, after the restart
  --out <name>         report files without their extension. Default windows-report
`;
const root = fileURLToPath(new URL('..', import.meta.url));

function readOptions(): {
  checks: boolean;
  only?: string;
  node: string;
  restart: boolean;
  'after-restart': boolean;
  out: string;
} {
  try {
    const { values } = parseArgs({
      options: {
        checks: { type: 'boolean', default: false },
        only: { type: 'string' },
        node: { type: 'string', default: '22' },
        restart: { type: 'boolean', default: false },
        'after-restart': { type: 'boolean', default: false },
        out: { type: 'string', default: 'windows-report' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    if (!['20', '22'].includes(values.node)) throw new Error(`--node is 20 or 22, not ${values.node}.`);
    return values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const options = readOptions();

/** Runs the checks in the Node of Windows, in a folder that has the package as a user would. */
async function runChecks(say: (row: Row) => void): Promise<Pick<Report, 'machine' | 'rows'>> {
  const setup = spawnSync(process.execPath, [join(root, 'rig/setup.mjs')], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (setup.status !== 0) process.exit(1);
  const rig = await openRig({ node: options.node === '20' ? 20 : 22 });
  const stage = await stagePackage({ rig });
  try {
    const folder = await stage.add('scripts/verify/windows', 'verify');
    const out = join(stage.dir, 'rows.jsonl');
    const args = [rig.winPath(join(folder, 'main.mjs')), rig.winPath(out)];
    if (options.only !== undefined) args.push('--only', options.only);
    for (const flag of ['restart', 'after-restart'] as const) if (options[flag]) args.push(`--${flag}`);
    // A file: under Wine, Node's output can't always be a pipe.
    const output = join(stage.dir, 'output.txt');
    const fd = openSync(output, 'w');
    const child = rig.spawnWin(rig.nodeExe, args, { stdio: ['ignore', fd, fd], cwd: folder });
    const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
    closeSync(fd);
    process.stderr.write(readFileSync(output, 'utf8'));
    return readRows(out, code, say);
  } finally {
    await rig.close();
    // The service of the preshutdown check runs in it until the restart.
    if (!options.restart) await stage.remove();
  }
}

function readRows(file: string, code: number | null, say: (row: Row) => void): Pick<Report, 'machine' | 'rows'> {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const records = lines.map((line) => JSON.parse(line) as Row | { machine: Report['machine'] } | { done: true });
  const rows = records.flatMap((record) => ('id' in record ? [record] : []));
  const machine = records.flatMap((record) => ('machine' in record ? [record.machine] : []))[0] ?? {};
  if (!records.some((record) => 'done' in record)) {
    const last = rows.at(-1)?.id ?? 'the first one';
    rows.push({
      id: 'checks',
      title: 'All checks ran',
      result: 'failed',
      detail: `ended with ${code ?? 'no'} code after ${last}`,
      ms: 0,
    });
  }
  rows.forEach(say);
  return { machine, rows };
}

const say = (row: Row): void => {
  process.stdout.write(formatRow(row));
};
/** Rows of the report before the restart, whose second half this run proves. */
function readFirstHalf(): readonly Row[] {
  const file = `${options.out}.json`;
  if (!options['after-restart'] || !existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as Report).rows;
}

const onlyChecks = options.checks || options.only !== undefined || options['after-restart'];
const suites = onlyChecks ? [] : runSuites(say);
const { machine, rows } = await runChecks(say);
const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
const report: Report = {
  at: new Date().toISOString(),
  winsvc: manifest.version,
  commit: commit.status === 0 ? commit.stdout.trim() : undefined,
  machine,
  rows: mergeRows(readFirstHalf(), [...suites, ...rows]),
};
for (const extension of ['md', 'json']) rmSync(`${options.out}.${extension}`, { force: true });
writeFileSync(`${options.out}.md`, formatMarkdown(report));
writeFileSync(`${options.out}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
const { proven, failed, skipped } = countResults(report.rows);
process.stdout.write(`\n${proven} proven, ${failed} failed, ${skipped} skipped: ${options.out}.md\n`);
process.exitCode = failed === 0 ? 0 : 1;
