import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';

const STOPPED = 1;
const RUNNING = 4;
const UNCAUGHT = 128;
const HANG = 129;
const OUT_OF_MEMORY = 130;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let lives = 0;
const name = `winsvc crash report ${process.pid}`;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ failing: 'test/scm/failure-fixtures/failing-service.ts' });
});
afterAll(async () => {
  await removeService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

interface Life {
  readonly code: number | null;
  readonly status: { readonly state: number; readonly win32ExitCode: number };
  readonly dir: string;
  readonly log: string;
  readonly reports: readonly string[];
}

/** Runs the service and sends it a control that it fails at. */
async function failing(control: number, dirName = `life ${++lives}`, { node = '', hang = 'fail' } = {}): Promise<Life> {
  const dir = join(stage.dir, dirName);
  mkdirSync(dir, { recursive: true });
  await removeService(rig.agent, name);
  const program = `"${rig.winPath(join(stage.dir, 'failing.mjs'))}"`;
  await rig.agent.create({
    name,
    imagePath: `"${rig.winPath(rig.nodeExe)}" ${node} ${program} "${name}" "${rig.winPath(dir)}" ${hang}`,
  });
  await rig.agent.start(name);
  const { pid } = await rig.agent.waitFor(name, RUNNING, 30_000);
  const gone = rig.agent.waitGone(pid, 60_000);
  await rig.agent.ping();
  await rig.agent.control(name, control);
  const { exitCode } = await gone;
  const reports = join(dir, 'reports');
  const log = join(dir, `${name}.log`);
  return {
    code: exitCode,
    status: await rig.agent.status(name),
    dir,
    log: existsSync(log) ? readFileSync(log, 'utf8') : '',
    reports: existsSync(reports) ? readdirSync(reports).map((file) => join(reports, file)) : [],
  };
}

/** The record of the failure, and the report that it names. */
function reportOf({ log, reports }: Life): { record: { msg: string; report?: string }; text: string } {
  const records = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; report?: string });
  const record = records.find(({ report }) => report !== undefined);
  if (!record?.report) throw new Error(`no record names a report:\n${log}`);
  const file = reports.find((path) => record.report?.endsWith(path.slice(path.lastIndexOf('/') + 1)));
  if (file === undefined) throw new Error(`${record.report} isn't there: ${reports.join(', ')}`);
  return { record, text: readFileSync(file, 'utf8') };
}

describe('the crash report of a service', () => {
  it('is written at an exception that nobody catches, without the environment, and the record names it', async () => {
    const life = await failing(UNCAUGHT);
    expect(life.status).toMatchObject({ state: STOPPED, win32ExitCode: 1064 });
    const { record, text } = reportOf(life);
    expect(record.msg).toContain('nobody catches this');
    expect(text).not.toContain('hunter2-of-the-report');
    expect(JSON.parse(text)).toMatchObject({
      javascriptStack: { message: expect.stringContaining('nobody') as string },
    });
    expect(readFileSync(join(life.dir, 'hooks.txt'), 'utf8')).toBe('database\n');
  });

  it('is written by an app that is blocked, before it is ended', async () => {
    const life = await failing(HANG);
    expect(life.status).toMatchObject({ state: STOPPED, win32ExitCode: 1053 });
    const { record, text } = reportOf(life);
    expect(record.msg).toContain('blocked');
    expect(text).not.toContain('hunter2-of-the-report');
    expect(text).toContain('stuckInAnswering');
  });

  it('leaves the newest reports only', async () => {
    for (let i = 0; i < 3; i++) await failing(UNCAUGHT, 'many');
    const { reports } = await failing(UNCAUGHT, 'many');
    expect(reports).toHaveLength(2);
  });
});

describe('a service that runs out of memory', () => {
  it('dies without STOPPED, which the SCM takes for a crash', async () => {
    const life = await failing(OUT_OF_MEMORY, 'memory', { node: '--max-old-space-size=40', hang: 'ignore' });
    expect(life.code).not.toBe(0);
    expect(life.status).not.toMatchObject({ state: STOPPED, win32ExitCode: 0 });
    // V8 ends the process: nothing of the app runs.
    expect(life.reports).toEqual([]);
    expect(existsSync(join(life.dir, 'hooks.txt'))).toBe(false);
  });
});
