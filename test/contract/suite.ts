import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { ScmDriver, ScmKind, ServiceUnderTest } from './driver.ts';
import type { Plan } from './plan.ts';
import { blockedLoop } from './scenarios/blocked-loop.ts';
import { controls } from './scenarios/controls.ts';
import { crashes } from './scenarios/crashes.ts';
import { exitCodes } from './scenarios/exit-codes.ts';
import { failures } from './scenarios/failures.ts';
import { lifeCycle } from './scenarios/life-cycle.ts';
import { processExit } from './scenarios/process-exit.ts';
import { refusals } from './scenarios/refusals.ts';
import { signals } from './scenarios/signals.ts';
import { slowPhases } from './scenarios/slow.ts';
import { stopping } from './scenarios/stopping.ts';
import { Skips } from './support/skips.ts';

/** What the scenarios are written against. */
export interface Contract {
  readonly kind: ScmKind;
  install(plan: Plan, options?: { readonly name?: string }): Promise<ServiceUnderTest>;
  /** A scenario, as a sentence. support/differences.ts lists where one is skipped. */
  it(sentence: string, body: () => Promise<void>): void;
}

const TOPICS: Readonly<Record<string, (contract: Contract) => void>> = {
  'life cycle': lifeCycle,
  controls,
  refusals,
  'slow phases': slowPhases,
  stopping,
  SIGTERM: signals,
  'exit codes': exitCodes,
  failures,
  crashes,
  'the process': processExit,
  'a blocked event loop': blockedLoop,
};

/** The contract between a service and the SCM: one text, run on every SCM that there is. */
export function describeContract(title: string, kind: ScmKind, open: () => Promise<ScmDriver>): void {
  describe(title, () => {
    const skips = new Skips('service', kind);
    let driver: ScmDriver;
    beforeAll(async () => {
      driver = await open();
    });
    afterEach(() => driver.clean());
    afterAll(async () => {
      skips.report(title);
      await driver.close();
    });
    const contract: Contract = {
      kind,
      install: (plan, options) => driver.install(plan, options),
      it(sentence, body) {
        it.skipIf(skips.has(sentence))(sentence, body);
      },
    };
    for (const [topic, scenarios] of Object.entries(TOPICS)) {
      describe(topic, () => {
        scenarios(contract);
      });
    }
    it('has a scenario for each row of the table of differences', () => {
      skips.checkTable();
    });
  });
}
