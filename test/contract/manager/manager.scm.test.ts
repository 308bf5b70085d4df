import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openRig } from '../../../rig/rig.mjs';
import { FFI_LIBRARIES } from '../../support/ffi-libraries.ts';
import { startProgram, type WindowsProgram } from '../../support/windows-program.ts';
import { makeStage, type Stage } from '../support/stage.ts';
import { describeManager } from './describe.ts';

const ON_WINDOWS = process.platform === 'win32';
let stage: Stage;
let rig: Awaited<ReturnType<typeof openRig>>;

beforeAll(async () => {
  stage = await makeStage({
    runner: 'test/contract/manager/runner-main.ts',
    service: 'test/contract/manager/service-main.ts',
  });
  rig = await openRig({ node: 22 });
});

afterAll(async () => {
  await rig.close();
  await stage.remove();
});

describe.each(FFI_LIBRARIES)('with %s', (ffi) => {
  let program: WindowsProgram;
  beforeAll(async () => {
    const at = (name: string): string => rig.winPath(join(stage.dir, name));
    const args = [rig.kind, at('service.mjs'), rig.winPath(stage.dir)];
    program = await startProgram(rig, join(stage.dir, 'runner.mjs'), args, { WINSVC_FFI: ffi });
  });
  afterAll(() => program.close());

  describeManager(
    `the contract of the manager on the real SCM (${ON_WINDOWS ? 'Windows' : 'Wine'}, ${ffi})`,
    ON_WINDOWS ? 'windows' : 'wine',
    async ({ sentence }) => {
      const { ok, error } = await program.request<{ ok: boolean; error?: string }>({ sentence });
      if (!ok) throw new Error(error);
    },
  );
});
