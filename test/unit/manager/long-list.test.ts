import { expect, it } from 'vitest';
import { createMockScm } from 'winsvc/testing';

const SERVICES = 1_000;
const LIMIT_MS = 10;
const TRIES = 5;

it(`lists ${SERVICES} services with their configuration without blocking the event loop for ${LIMIT_MS} ms`, async () => {
  const manager = createMockScm().manager();
  for (let i = 0; i < SERVICES; i++) await manager.install({ name: `Service ${i}`, imagePath: '"C:\\service.exe"' });
  const longest: number[] = [];
  for (let attempt = 0; attempt < TRIES; attempt++)
    longest.push(
      await longestTurn(async () => {
        let count = 0;
        for await (const { config } of manager.listConfigs()) count += config.imagePath === '' ? 0 : 1;
        expect(count).toBe(SERVICES);
      }),
    );
  // The machine may be busy with something else now and then; the code is the same each time.
  expect(Math.min(...longest)).toBeLessThan(LIMIT_MS);
});

/** The longest time between two turns of the event loop while something is done. */
async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let over = false;
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  over = true;
  return longest;
}
