import { afterAll, describe, it } from 'vitest';
import type { ScmKind } from '../driver.ts';
import { reportSkips, skipReason } from '../support/skips.ts';
import type { Scenario } from './stage.ts';
import { TOPICS } from './suite.ts';

export function describeManager(title: string, kind: ScmKind, run: (scenario: Scenario) => Promise<void>): void {
  describe(title, () => {
    const skips: { sentence: string; reason: string }[] = [];
    afterAll(() => {
      reportSkips(title, skips);
    });
    for (const [topic, scenarios] of Object.entries(TOPICS)) {
      describe(topic, () => {
        for (const scenario of scenarios) {
          const reason = skipReason(scenario.skippedOn ?? {}, kind);
          if (reason !== undefined) skips.push({ sentence: scenario.sentence, reason });
          it.skipIf(reason !== undefined)(scenario.sentence, () => run(scenario));
        }
      });
    }
  });
}
