// Recipes that only a real SCM can prove. The others are in test/recipes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { layout } from '../../rig/lib/layout.mjs';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { eventually } from '../support/eventually.ts';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

// Logs stay in ProgramData when a service is deleted.
const NAME = `winsvc-recipe-${Date.now()}`;
const JOBS = ['a', 'b', 'c'];
const WAIT = { timeout: 40_000, interval: 200 };

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;

beforeAll(async () => {
  rig = await openRig({ node: 22 });
  stage = await makeStage();
});
afterEach(() => removeService(rig.agent, NAME));
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

const winsvc = (...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args]);

interface Row {
  readonly job: number;
  readonly step: number;
}

/** The steps that are recorded in the queue of the example, by its Windows path. */
async function readSteps(queue: string): Promise<Row[]> {
  const script = join(stage.dir, 'read.mjs');
  writeFileSync(
    script,
    `import { DatabaseSync } from 'node:sqlite';
     const db = new DatabaseSync(process.argv[2]);
     console.log(JSON.stringify(db.prepare('SELECT job, step FROM result ORDER BY job, step').all()));`,
  );
  const { code, stdout, stderr } = await runCommand(rig, stage, rig.nodeExe, [rig.winPath(script), queue]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Row[];
}

describe('the recipe for unfinished work', () => {
  it('goes on after a kill where it was, and does each step once', { timeout: 180_000 }, async () => {
    const dir = await stage.add('examples/unfinished-work');
    // On Wine the variable ProgramData of services has this value.
    const { ProgramData = 'C:\\users\\Public' } = process.env;
    const queue = `${ProgramData}\\${NAME}\\queue.sqlite`;
    // The killed process is started again by the test, not by recovery.
    const install = ['install', rig.winPath(join(dir, 'service.js')), '--name', NAME, '--recovery', 'none'];
    expect(await winsvc(...install)).toMatchObject({ code: 0 });
    expect(await winsvc('start', NAME, ...JOBS)).toMatchObject({ code: 0 });
    const drive = process.platform === 'win32' ? 'C:\\' : join(layout().prefix, 'drive_c');
    const log = join(drive, 'ProgramData', NAME, 'logs', `${NAME}.log`);
    const logs = async (): Promise<string> => readFileSync(log, 'utf8');
    await eventually(async () => expect(await logs()).toContain('step done'), WAIT);
    const { pid } = await rig.agent.status(NAME);
    await rig.agent.kill(pid);
    await rig.agent.waitGone(pid, 10_000);
    expect(await logs()).not.toMatch(/"job":3,"step":4/);

    expect(await winsvc('start', NAME)).toMatchObject({ code: 0 });
    await eventually(async () => expect(await logs()).toMatch(/"job":3,"step":4/), WAIT);
    expect(await logs()).toContain('taken up again');
    // A stop ends cleanly, with the database closed.
    expect(await winsvc('stop', NAME)).toMatchObject({ code: 0 });
    expect(await rig.agent.status(NAME)).toMatchObject({ win32ExitCode: 0 });
    expect(await readSteps(queue)).toEqual(
      JOBS.flatMap((_, i) => [0, 1, 2, 3, 4].map((step) => ({ job: i + 1, step }))),
    );
  });
});
