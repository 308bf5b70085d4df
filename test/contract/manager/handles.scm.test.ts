import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRig } from '../../../rig/rig.mjs';
import { FFI_LIBRARIES } from '../../support/ffi-libraries.ts';
import { startProgram, type WindowsProgram } from '../../support/windows-program.ts';
import { makeStage, type Stage } from '../support/stage.ts';

interface Round {
  readonly openHandles: number;
  /** Those of the notification thread. */
  readonly followed: number;
  readonly pool: number;
  readonly failed: number;
  readonly unexpected: number;
  readonly error?: string;
}

const CALLS = 10_000;
/** Those of the SCM itself: CONNECT, ENUMERATE_SERVICE and CREATE_SERVICE, kept until `close`. */
const KEPT = 3;

describe.each(FFI_LIBRARIES)('the handles of the manager, on the real SCM, with %s', (ffi) => {
  let stage: Stage;
  let rig: Awaited<ReturnType<typeof openRig>>;
  let program: WindowsProgram;

  beforeAll(async () => {
    stage = await makeStage({ handles: 'test/contract/manager/handles-main.ts' });
    // The bundle of this test is one file; the thread is another, beside it.
    await copyFile(join(stage.nodeModules, 'winsvc/dist/notify-thread.cjs'), join(stage.dir, 'notify-thread.cjs'));
    rig = await openRig({ node: 22 });
    program = await startProgram(rig, join(stage.dir, 'handles.mjs'), [], { WINSVC_FFI: ffi });
  });
  afterAll(async () => {
    await program.close();
    await rig.close();
    await stage.remove();
  });

  it(
    `are closed on every path, over ${CALLS} calls of which most fail or are aborted`,
    { timeout: 300_000 },
    async () => {
      const warm = await program.request<Round>({ calls: 200 });
      expect(warm.error).toBeUndefined();
      // Wine 10 can't count those of a process.
      const count = (): Promise<number> => (rig.wine === 10 ? Promise.resolve(0) : rig.agent.handles(program.pid));
      const before = await count();
      const began = performance.now();
      const after = await program.request<Round>({ calls: CALLS });
      const handles = await count();
      process.stdout.write(
        `${CALLS} calls in ${((performance.now() - began) / 1_000).toFixed(1)} s: ${after.failed} failed as they should, handles of the process ${before} → ${handles}, at most ${after.pool} on the thread pool\n`,
      );
      expect(after).toMatchObject({ openHandles: KEPT, followed: 1, pool: 1, unexpected: 0 });
      // On Wine this is the size of the handle table, which doubles when it is full: a leak shows.
      expect(handles).toBeLessThan(before * 1.5 + 20);
    },
  );

  it('are all closed by close(), and none is opened afterwards', async () => {
    expect(await program.request({ calls: 0 })).toMatchObject({ openHandles: 0, followed: 0, refused: 3 });
  });
});
