import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRig } from '../../rig/rig.mjs';
import { makeStage, type Stage } from '../contract/support/stage.ts';
import { startProgram, type WindowsProgram } from '../support/windows-program.ts';

const COUNT = 40;
let stage: Stage;
let rig: Awaited<ReturnType<typeof openRig>>;
let program: WindowsProgram;

beforeAll(async () => {
  stage = await makeStage({
    starter: 'test/scm/parallel-fixtures/start-many.ts',
    service: 'test/contract/manager/service-main.ts',
  });
  rig = await openRig({ node: 22 });
  const at = (name: string): string => rig.winPath(join(stage.dir, name));
  // A thread of the pool for each service: their calls reach the SCM together, and most find the database locked.
  program = await startProgram(rig, join(stage.dir, 'starter.mjs'), [at('service.mjs'), rig.winPath(stage.dir)], {
    UV_THREADPOOL_SIZE: String(COUNT),
  });
});

afterAll(async () => {
  await program.close();
  await rig.close();
  await stage.remove();
});

it(`${COUNT} services that are started at the same moment all run`, { timeout: 600_000 }, async () => {
  const began = performance.now();
  const { running, failed } = await program.request<{ running: number; failed: string[] }>({ count: COUNT });
  process.stdout.write(`${COUNT} parallel starts and removals in ${Math.round(performance.now() - began)} ms\n`);
  expect({ running, failed }).toEqual({ running: COUNT, failed: [] });
});
