import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';
import type { Step } from './eventlog-fixtures/use-event-log.ts';

const RUNNING = 4;
const STOPPED = 1;
const STOP = 1;
const STARTED = expect.stringMatching(/^Service started in /) as string;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
const name = `winsvc event log ${process.pid}`;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({
    service: 'test/scm/eventlog-fixtures/warning-service.ts',
    'use-event-log': 'test/scm/eventlog-fixtures/use-event-log.ts',
  });
});
afterAll(async () => {
  await removeService(rig.agent, name);
  await change({ call: 'remove', options: { source: name } });
  await rig.close();
  await stage.remove();
});

async function change(step: Step): Promise<void> {
  await runProgram(rig, stage, 'use-event-log', [step]);
}

/** What the service logged in one life. */
async function logOf(dirName: string): Promise<{ msg: string }[]> {
  const dir = join(stage.dir, dirName);
  mkdirSync(dir);
  const program = [rig.nodeExe, join(stage.dir, 'service.mjs')].map((path) => `"${rig.winPath(path)}"`);
  await removeService(rig.agent, name);
  await rig.agent.create({ name, imagePath: `${program.join(' ')} "${name}" "${rig.winPath(dir)}"` });
  await rig.agent.start(name);
  const { pid } = await rig.agent.waitFor(name, RUNNING, 30_000);
  await rig.agent.control(name, STOP);
  await rig.agent.waitFor(name, STOPPED, 30_000);
  await rig.agent.waitGone(pid, 30_000);
  const lines = readFileSync(join(dir, `${name}.log`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as { msg: string });
}

describe('a service on the real SCM', () => {
  it('says once that its source is missing', async () => {
    const lines = await logOf('missing');
    expect(lines.map(({ msg }) => msg)).toEqual([
      'before',
      'careful',
      expect.stringContaining(`installEventSource({ source: '${name}' })`),
      'once more',
      'after',
      STARTED,
    ]);
  });

  it('writes to its source once that is installed', async () => {
    await change({ call: 'install', options: { source: name } });
    expect((await logOf('installed')).map(({ msg }) => msg)).toEqual([
      'before',
      'careful',
      'once more',
      'after',
      STARTED,
    ]);
  });
});
