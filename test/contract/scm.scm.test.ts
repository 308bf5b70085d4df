import { afterAll, beforeAll } from 'vitest';
import { openScmDriver } from './scm-driver.ts';
import { describeContract } from './suite.ts';
import { NODES } from './support/real-scm.ts';
import { makeStage, type Stage } from './support/stage.ts';

const ON_WINDOWS = process.platform === 'win32';
let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.remove());

for (const node of NODES) {
  const title = ON_WINDOWS ? `Windows, Node ${process.version}` : `Wine, Node ${node}`;
  describeContract(`the contract on the real SCM (${title})`, ON_WINDOWS ? 'windows' : 'wine', () =>
    openScmDriver(stage, node),
  );
}
