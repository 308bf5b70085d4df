import { createMockScm } from 'winsvc/testing';
import { createBehaviour } from './behaviours.ts';
import { describeManager } from './describe.ts';
import { type ManagerStage, removeAll, type Scenario } from './stage.ts';

const STEP_MS = 10;

/** Virtual time passes for as long as the scenario lasts. */
async function runOnMock({ run }: Scenario): Promise<void> {
  const scm = createMockScm();
  const names: string[] = [];
  const started = new Map<string, readonly string[]>();
  const manager = scm.manager();
  const stage: ManagerStage = {
    kind: 'mock',
    manager,
    other: () => Promise.resolve(scm.manager()),
    name(label = 'contract') {
      const name = `${label} ${names.length + 1}`;
      names.push(name);
      return name;
    },
    spec(name, behaviour = 'plain') {
      const backstage = {
        startedWith: (args: readonly string[]) => started.set(name, args),
        wait: (ms: number) => new Promise<void>((resolve) => scm.clock.setTimeout(resolve, ms)),
      };
      scm.register(name, createBehaviour(name, behaviour, backstage));
      return { name, imagePath: `"C:\\contract\\${behaviour}.exe" "${name}"` };
    },
    startedWith: (name) => started.get(name) ?? [],
    storedDependencies: (name) => manager.service(name).dependencies(),
    hold: (name) => scm.hold(name),
    kill(name) {
      scm.runs(name).at(-1)?.kill();
      return Promise.resolve();
    },
    refusedSetting() {
      scm.failNext('SetServiceObjectSecurity', 'ERROR_ACCESS_DENIED');
      return { securityDescriptor: 'D:(A;;GA;;;WD)' };
    },
    after: (ms, fn) => void scm.clock.setTimeout(fn, ms),
  };
  const progress = { over: false };
  const work = run(stage)
    .then(() => removeAll(manager, names))
    .finally(() => {
      progress.over = true;
    });
  work.catch(() => undefined);
  while (!progress.over) await scm.clock.advance(STEP_MS);
  await work;
  scm.assertSettled();
}

describeManager('the contract of the manager on the mock SCM', 'mock', runOnMock);
