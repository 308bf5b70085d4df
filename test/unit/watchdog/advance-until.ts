import { vi } from 'vitest';
import type { ManualClock } from '../../../src/testing/time/manual-clock.ts';

/** Moves virtual time on until the expectations hold. Files are real: virtual time doesn't wait for their writes. */
export async function advanceUntil(clock: ManualClock, expectations: () => void): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance('500ms');
      expectations();
    },
    { timeout: 20_000, interval: 2 },
  );
}
