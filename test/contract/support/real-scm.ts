import { afterAll, afterEach, beforeAll } from 'vitest';
import { nodesOf, wineLevel, type NodeMajor } from '../../../rig/lib/layout.mjs';
import { openScmDriver, type RealScm } from '../scm-driver.ts';
import { makeStage, type Stage } from './stage.ts';

/** What a rig has of each Node, and on Wine 10 the one that Wine 8 doesn't run; on Windows the services run on the node that runs the tests. */
export const NODES: readonly NodeMajor[] = process.platform === 'win32' ? [22] : wineLevel() === 10 ? [24] : nodesOf(8);

/** A real SCM for the tests of a file or of a describe: opened before them, cleaned after each, closed at the end. */
export function useRealScm(node: NodeMajor = 22): { readonly scm: RealScm } {
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
