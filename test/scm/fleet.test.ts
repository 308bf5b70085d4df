import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

/** Of the fixture. */
const SERVICE = 'winsvc cli Prüfung 東京';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ 'own-service': 'test/scm/cli-fixtures/own-service.ts' });
  await removeService(rig.agent, SERVICE);
  const installed = await runCommand(rig, stage, rig.nodeExe, [
    rig.winPath(join(stage.dir, 'own-service.mjs')),
    'install',
  ]);
  expect(installed.code, installed.stderr).toBe(0);
});
afterAll(async () => {
  await removeService(rig.agent, SERVICE);
  await rig.close();
  await stage.remove();
});

const winsvc = (...args: string[]): Promise<Ended> =>
  runCommand(rig, stage, rig.nodeExe, [rig.winPath(join(stage.nodeModules, 'winsvc/dist/cli/bin.js')), ...args]);

/** The machine itself, by its name: calls go through a process, as those to other machines do. */
const MACHINE = hostname();

describe('a fleet on a real SCM', () => {
  it('runs verbs through a process for each machine', async () => {
    const started = await winsvc('start', SERVICE, '--machines', MACHINE, '--machine-timeout', '1m', '--json');
    expect(started.code, started.stdout + started.stderr).toBe(0);
    expect(JSON.parse(started.stdout)).toMatchObject({
      ...{ done: 1, failed: 0, skipped: 0 },
      machines: [{ machine: MACHINE, outcome: 'done', result: { service: SERVICE, state: 'running' } }],
    });
    expect(await rig.agent.status(SERVICE)).toMatchObject({ state: 4 });
    const listed = await winsvc('list', 'winsvc cli', '--machines', MACHINE);
    expect(listed.stdout).toMatch(new RegExp(`^${MACHINE}\\tdone\\t.*\\t${SERVICE}: running\n`));
    const missing = await winsvc('status', 'winsvc missing', '--machines', MACHINE, '--json');
    expect(JSON.parse(missing.stdout)).toMatchObject({ machines: [{ error: { code: 'WIN32', win32Code: 1060 } }] });
    const stopped = await winsvc('stop', SERVICE, '--machines', MACHINE);
    expect(stopped.code, stopped.stdout).toBe(0);
    expect(stopped.stdout).toMatch(/\tstopped\n$/);
  });

  // Wine answers for every name.
  it('reports a machine that is none, and is done with the others', async ({ skip }) => {
    skip(rig.kind === 'wine');
    // .invalid never resolves: https://www.rfc-editor.org/rfc/rfc6761#section-6.4
    const machines = `${MACHINE},nowhere.invalid`;
    const { code, stdout } = await winsvc(
      'status',
      SERVICE,
      '--machines',
      machines,
      '--machine-timeout',
      '20s',
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ done: 1, failed: 1 });
  });
});
