import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { type Ended, runCommand } from './cli-fixtures/run-command.ts';

const STOPPED = 1;
const RUNNING = 4;
const STOP = 1;
/** Longer than a console program needs to start, and shorter than the SCM waits for the service. */
const DELAY_MS = 7_000;
const DEFINED = `winsvc defined ${process.pid}`;
const INSTALLED = [`winsvc name a ${process.pid}`, `winsvc name b ${process.pid}`] as const;

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({ named: 'test/scm/name-fixtures/named-service.ts' });
});
afterEach(async () => {
  for (const name of [DEFINED, ...INSTALLED]) await removeService(rig.agent, name);
});
afterAll(async () => {
  await rig.close();
  await stage.remove();
});

function makeDir(name: string): string {
  const dir = join(stage.dir, name);
  mkdirSync(dir);
  return dir;
}

const program = (): string => rig.winPath(join(stage.dir, 'named.mjs'));

async function install(name: string, dir: string, delayMs = 0): Promise<void> {
  const args = [rig.winPath(rig.nodeExe), program(), DEFINED, rig.winPath(dir)].map((arg) => `"${arg}"`);
  await rig.agent.create({ name, imagePath: `${args.join(' ')} ${delayMs}` });
}

async function stop(name: string): Promise<void> {
  await rig.agent.control(name, STOP);
  await rig.agent.waitFor(name, STOPPED, 30_000);
}

describe('one program that is installed as two services', () => {
  it('keeps their logs apart, with every line, and warns of the name of the definition', async () => {
    const dir = makeDir('shared');
    for (const name of INSTALLED) {
      await install(name, dir);
      await rig.agent.start(name);
      await rig.agent.waitFor(name, RUNNING, 30_000);
    }
    for (const name of INSTALLED) await stop(name);
    const started = readFileSync(join(dir, 'started.txt'), 'utf8');
    for (const name of INSTALLED) {
      expect(started).toContain(`${name} `);
      const records = readFileSync(join(dir, `${name}.log`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { name: string; msg: string; line?: number });
      expect(records.flatMap(({ line }) => line ?? [])).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
      expect(new Set(records.map((record) => record.name))).toEqual(new Set([name]));
      expect(records.map(({ msg }) => msg)).toContainEqual(
        expect.stringContaining(`is installed as "${name}", but its definition has the name "${DEFINED}"`),
      );
    }
    expect(existsSync(join(dir, `${DEFINED}.log`))).toBe(false);
  });
});

describe('a program in a terminal while a service starts', () => {
  const runInTerminal = (dir: string, defined: string): Promise<Ended> =>
    runCommand(rig, stage, rig.nodeExe, [program(), defined, rig.winPath(dir), '0'], stage.dir, {
      // Windows sets it for the programs of people, not for services.
      SESSIONNAME: 'Console',
    });

  it.each([
    ['another definition', INSTALLED[0], `winsvc in a terminal ${process.pid}`],
    ['its own definition', DEFINED, DEFINED],
  ])('does not take its place: %s', async (_name, service, defined) => {
    const dir = makeDir(`terminal ${service}`);
    await install(service, dir, DELAY_MS);
    const starting = rig.agent.start(service).catch(() => undefined);
    const ended = await runInTerminal(dir, defined);
    await starting;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('WRONG_SERVICE');
    expect(ended.stderr).toMatch(
      new RegExp(`This process \\(\\d+\\) of service "${defined}" got the connection of service "${service}"`),
    );
    // Neither name was run by the program in the terminal.
    const started = join(dir, 'started.txt');
    if (existsSync(started)) expect(readFileSync(started, 'utf8').trim().split('\n')).toHaveLength(1);
  });
});
