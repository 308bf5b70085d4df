import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';
import type { Outcome, Question } from './session-fixtures/use-sessions.ts';

const RUNNING = 4;
const STOPPED = 1;
const STOP = 1;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
const name = `winsvc session ü ${process.pid}`;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({
    service: 'test/scm/session-fixtures/session-service.ts',
    'use-sessions': 'test/scm/session-fixtures/use-sessions.ts',
  });
});
afterAll(async () => {
  await removeService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

async function ask(...questions: Question[]): Promise<Outcome[]> {
  const { result } = await runProgram(rig, stage, 'use-sessions', questions);
  return result as Outcome[];
}

// Wine keeps one user, has no list of sessions and shows no messages; the rest is held to C by test/oracle.
const onWine = process.platform !== 'win32';

describe('winsvc/session on the real system', () => {
  it('tells who is logged on, and lists sessions', async () => {
    const [list, user] = await ask({ call: 'list' }, { call: 'user', sessionId: 1 });
    expect(list?.value).toBeInstanceOf(Array);
    if (onWine)
      expect(user).toEqual({ value: { name: expect.any(String) as string, domain: expect.any(String) as string } });
    else expect(list?.value).toContainEqual(expect.objectContaining({ id: 0, name: 'Services' }));
  });

  it.skipIf(!onWine)('says which call refused a message, with and without a wait for the answer', async () => {
    const options = { title: 'Aufträge', text: '試', session: 1, timeout: '1s' } as const;
    const outcomes = await ask({ call: 'send', options }, { call: 'send', options: { ...options, wait: false } });
    for (const { error } of outcomes)
      expect(error).toMatchObject({ name: 'Win32Error', message: expect.stringContaining('session 1') as string });
  });
});

/** What a service logged in one life, with the notifications that it asks for. */
async function lifeOf(dirName: string, asked: object): Promise<{ msg: string; level: number }[]> {
  const dir = join(stage.dir, dirName);
  mkdirSync(dir);
  const program = [rig.nodeExe, join(stage.dir, 'service.mjs')].map((path) => `"${rig.winPath(path)}"`);
  await removeService(rig.agent, name);
  const json = Buffer.from(JSON.stringify(asked)).toString('base64url');
  await rig.agent.create({ name, imagePath: `${program.join(' ')} "${name}" "${rig.winPath(dir)}" ${json}` });
  await rig.agent.start(name);
  const { pid } = await rig.agent.waitFor(name, RUNNING, 30_000);
  await rig.agent.control(name, STOP);
  const { win32ExitCode } = await rig.agent.waitFor(name, STOPPED, 30_000);
  await rig.agent.waitGone(pid, 30_000);
  expect(win32ExitCode).toBe(0);
  const lines = readFileSync(join(dir, `${name}.log`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as { msg: string; level: number });
}

describe('a service that asks for notifications', () => {
  const asked = { power: ['monitor', 'batteryPercentage'], devices: ['usb', 'all'] };

  it('is given them, and stops cleanly', async () => {
    const lines = await lifeOf('asked', asked);
    expect(lines.map(({ msg }) => msg)).toContain('started');
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  });

  it('stops cleanly again and again, however early', async () => {
    for (let i = 0; i < 5; i++)
      expect((await lifeOf(`again ${i}`, asked)).filter(({ level }) => level > 30)).toEqual([]);
  });
});
