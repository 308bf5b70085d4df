import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { removeService } from '../contract/support/remove-service.ts';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { runProgram } from './eventlog-fixtures/programs.ts';
import type { Ask } from './failure-fixtures/set-preshutdown.ts';

let rig: Awaited<ReturnType<typeof openRig>>;
let stage: Stage;
const name = `winsvc büdget ${process.pid}`;

beforeAll(async () => {
  rig = await openRig();
  stage = await makeStage({
    'read-budgets': 'test/scm/failure-fixtures/read-budgets.ts',
    'set-preshutdown': 'test/scm/failure-fixtures/set-preshutdown.ts',
  });
  await rig.agent.create({ name, imagePath: 'C:\\none.exe' });
});
afterAll(async () => {
  await removeService(rig.agent, name);
  await rig.close();
  await stage.remove();
});

async function budgets(input: object = {}): Promise<{ shutdown?: number; preshutdown?: number; ms: number }> {
  const { result } = await runProgram(rig, stage, 'read-budgets', { service: name, ...input });
  return result as { shutdown?: number; preshutdown?: number; ms: number };
}

// The registry of a real machine is left alone.
describe.skipIf(process.platform === 'win32')('the time that the system gives a service to end', () => {
  it('of a preshutdown is what the SCM keeps for the service', async () => {
    const ask: Ask = { service: name, preshutdownTimeout: '90s' };
    await runProgram(rig, stage, 'set-preshutdown', ask);
    expect((await budgets()).preshutdown).toBe(90_000);
  });

  it('of a shutdown is WaitToKillServiceTimeout', async () => {
    expect((await budgets({ shutdown: '12000' })).shutdown).toBe(12_000);
    expect((await budgets({ shutdown: ' 7000 ' })).shutdown).toBe(7_000);
  });

  it('is unknown where nothing sensible is configured', async () => {
    const { shutdown, preshutdown } = await budgets({ shutdown: 'soon', service: `${name} missing` });
    expect([shutdown, preshutdown]).toEqual([undefined, undefined]);
    await budgets({ shutdown: '5000' });
  });
});
