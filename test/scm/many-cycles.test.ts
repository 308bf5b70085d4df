import { describe, expect, it } from 'vitest';
import { stopCleanly } from '../contract/support/ending.ts';
import { useRealScm } from '../contract/support/real-scm.ts';

const CYCLES = 200;
const EDGE = 20;
const CONTROLS = 400;

const real = useRealScm();

/** The time that a quarter of the cycles stay under: other work on the machine makes some slower, and none faster. */
function lowerQuartile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 2] ?? Number.NaN;
}

describe('a service that lives for long', () => {
  it(`starts and stops ${CYCLES} times, the last times as fast as the first, and leaves no process`, async () => {
    const service = await real.scm.install({ start: [], stop: [] });
    const times: number[] = [];
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const began = performance.now();
      await service.run();
      // Waits for the process: STOPPED with 0, exit code 0.
      await stopCleanly(service);
      times.push(performance.now() - began);
    }
    expect(lowerQuartile(times.slice(-EDGE)) / lowerQuartile(times.slice(0, EDGE))).toBeLessThan(1.5);
    expect((await real.scm.rig.agent.status(service.name)).pid).toBe(0);
  }, 180_000);

  it(`has no more handles after ${CONTROLS} controls than before`, async () => {
    const { agent } = real.scm.rig;
    const service = await real.scm.install({ pause: [], resume: [], commands: { note: { code: 128, plan: [] } } });
    await service.run();
    const { pid } = await agent.status(service.name);
    const round = async (): Promise<void> => {
      await service.control(128);
      await service.control('pause');
      await service.waitFor('paused');
      await service.control('continue');
      await service.waitFor('running');
    };
    for (let i = 0; i < 10; i++) await round();
    const before = await agent.handles(pid);
    const memory = await agent.memory(pid);
    for (let i = 0; i < CONTROLS / 3; i++) await round();
    // On Wine it is the size of the table, which doubles: a handle for each control would show.
    expect(await agent.handles(pid)).toBeLessThanOrEqual(before + 8);
    expect((await agent.memory(pid)).privateUsage - memory.privateUsage).toBeLessThan(24 * 2 ** 20);
    await stopCleanly(service);
  });
});
