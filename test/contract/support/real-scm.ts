import { afterAll, afterEach, beforeAll } from 'vitest';
import { openScmDriver, type RealScm } from '../scm-driver.ts';
import { makeStage, type Stage } from './stage.ts';

/** What a rig has of each Node; on Windows the services run on the node that runs the tests. */
export const NODES = process.platform === 'win32' ? ([22] as const) : ([20, 22] as const);

/** A real SCM for the tests of a file or of a describe: opened before them, cleaned after each, closed at the end. */
export function useRealScm(node: 20 | 22 = 22): { readonly scm: RealScm } {
  const used = {} as { scm: RealScm };
  let stage: Stage;
  beforeAll(async () => {
    stage = await makeStage();
    used.scm = await openScmDriver(stage, node);
  });
  afterEach(() => used.scm.clean());
  afterAll(async () => {
    await used.scm.close();
    await stage.remove();
  });
  return used;
}
