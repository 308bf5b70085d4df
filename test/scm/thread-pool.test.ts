import { describe, expect, it } from 'vitest';
import { stopCleanly } from '../contract/support/ending.ts';
import { useRealScm } from '../contract/support/real-scm.ts';

const FILL = 128;
const OTHER = 129;
const PLAN = {
  commands: { fill: { code: FILL, plan: [{ extra: 'fillPool' }] }, other: { code: OTHER, plan: [] } },
} as const;

const real = useRealScm();

describe("libuv's thread pool", () => {
  it('is the app’s alone while the service runs and is controlled', async () => {
    const service = await real.scm.install(PLAN);
    await service.run();
    await service.control(FILL);
    await service.event('fill');
    for (let i = 0; i < 50; i++) await service.control(OTHER);
    const { ms, sleepMs } = (await service.event('fillPool')) as unknown as { ms: number; sleepMs: number };
    // With one thread of the four taken, the fourth sleep would begin when another one ends.
    expect(ms).toBeLessThan(sleepMs * 1.8);
    await stopCleanly(service);
  });

  // On Windows the environment of a service is in the registry, and a process between it and the SCM isn't allowed. In a
  // terminal, by these two variables, such a process is refused.
  it.skipIf(process.platform === 'win32')('may have a single thread', async () => {
    const wrap = (line: string): string =>
      `cmd.exe /s /c "set "UV_THREADPOOL_SIZE=1" && set "SESSIONNAME=" && set "SSH_CONNECTION=" && ${line}"`;
    const service = await real.scm.install(PLAN, { wrap });
    await service.run();
    await service.control(FILL);
    const { ms, sleepMs } = (await service.event('fillPool')) as unknown as { ms: number; sleepMs: number };
    // One after another: the variable is in force. And a file was read after that.
    expect(ms).toBeGreaterThan(sleepMs * 3.5);
    await stopCleanly(service);
  });
});
