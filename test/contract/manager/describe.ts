import { afterAll, describe, it } from 'vitest';
import type { ScmKind } from '../driver.ts';
import { Skips } from '../support/skips.ts';
import type { Scenario } from './stage.ts';
import { TOPICS } from './suite.ts';

export function describeManager(title: string, kind: ScmKind, run: (scenario: Scenario) => Promise<void>): void {
  describe(title, () => {
    const skips = new Skips('manager', kind);
    afterAll(() => {
      skips.report(title);
    });
    for (const [topic, scenarios] of Object.entries(TOPICS)) {
      describe(topic, () => {
        for (const scenario of scenarios) {
          it.skipIf(skips.has(scenario.sentence))(scenario.sentence, () => run(scenario));
        }
      });
    }
    it('has a scenario for each row of the table of differences', () => {
      skips.checkTable();
    });
  });
}
