import { afterAll, beforeAll } from 'vitest';
import { openScmDriver } from './scm-driver.ts';
import { describeContract } from './suite.ts';
import { makeStage, type Stage } from './support/stage.ts';

const ON_WINDOWS = process.platform === 'win32';
let stage: Stage;
beforeAll(async () => {
  stage = await makeStage({ fixture: 'test/contract/fixture-main.ts' });
});
afterAll(() => {
  stage.remove();
});

// On Windows the services run on the node that runs the tests.
for (const node of ON_WINDOWS ? ([22] as const) : ([20, 22] as const)) {
  const title = ON_WINDOWS ? `Windows, Node ${process.version}` : `Wine, Node ${node}`;
  describeContract(`the contract on the real SCM (${title})`, ON_WINDOWS ? 'windows' : 'wine', () => openScmDriver(stage, node));
}
