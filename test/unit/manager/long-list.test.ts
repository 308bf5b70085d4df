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

/**
 * The longest turn of the event loop while something is done, in time of the processor: other tests run beside this
 * one, and what they take is no fault of the list.
 */
async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = process.cpuUsage();
  let over = false;
  const tick = (): void => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
    last = process.cpuUsage();
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  over = true;
  return longest;
}
