import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';
import { eventually } from '../support/eventually.ts';

const RUNNING = 4;
const BLOCK = 201;
const NAME = `winsvc lögs 東京 ${process.pid}`;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
let dir: string;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ service: 'test/scm/cli-fixtures/logging-service.ts' });
  dir = join(stage.dir, 'lögs');
  const program = [rig.nodeExe, join(stage.dir, 'service.mjs')].map((path) => `"${rig.winPath(path)}"`);
  await rig.agent.create({ name: NAME, imagePath: `${program.join(' ')} "${NAME}" "${rig.winPath(dir)}"` });
});
afterAll(async () => {
  await removeService(rig.agent, NAME);
  await rig.close();
  await stage.remove();
});

const winsvc = (...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args]);

describe('the logs of a service on the real SCM', () => {
  it('are not there before it ran, which is said with what to do', async () => {
    const { code, stderr } = await winsvc('logs', NAME);
    expect(code).toBe(1);
    expect(stderr).toContain(`winsvc doctor "${NAME}"`);
    expect(await winsvc('logs', 'winsvc no such service')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ERROR_SERVICE_DOES_NOT_EXIST') as string,
    });
  });

  it('are found by its name, in a folder that only its program knows', async () => {
    await rig.agent.start(NAME);
    await rig.agent.waitFor(NAME, RUNNING, 30_000);
    await eventually(async () => expect((await winsvc('logs', NAME)).code).toBe(0), { timeout: 20_000 });
    const { stdout } = await winsvc('logs', NAME, '--json');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { level: 30, msg: 'bereit ☃', name: NAME, requestId: 7, port: 3000 },
      { level: 50, msg: 'kaputt', error: { message: 'warum', cause: { type: 'TypeError', message: 'deshalb' } } },
      { level: 30, msg: expect.stringContaining('Nothing is written to the event log') as string },
      { level: 30, msg: expect.stringMatching(/^Service started in /) as string },
    ]);
    expect((await winsvc('logs', NAME, '--level', 'error')).stdout).toMatch(
      /^\S+Z ERROR kaputt requestId=7\n {4}Error: warum\n/,
    );
    expect(await winsvc('logs', NAME, '--output', 'all')).toMatchObject({
      stdout: 'stdout Ausgabe\nstderr Fehlerausgabe\n',
      stderr: '',
    });
  });

  it('have the last words of an app that blocked its loop and was ended', async () => {
    const { pid } = await rig.agent.status(NAME);
    await rig.agent.control(NAME, BLOCK);
    await rig.agent.waitGone(pid, 30_000);
    const records = (await winsvc('logs', NAME, '--json', '-n', '2')).stdout.trim().split('\n');
    expect(records.map((line) => JSON.parse(line) as object)).toMatchObject([
      { msg: 'last words' },
      { level: 50, error: { code: 'HANG' } },
    ]);
    expect(readFileSync(join(dir, `${NAME}.out.log`), 'utf8')).toBe('Ausgabe\nlast output\n');
  });

  // Wine keeps no events: how they are read is proven beside the C program, in eventlog-reading.test.ts.
  it.runIf(process.platform === 'linux')('have no events beside them on Wine, which is said', async () => {
    const { code, stdout, stderr } = await winsvc('events', NAME);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`Log Application, source ${NAME}`);
    expect(stderr).toContain('This system stores no events');
  });
});
