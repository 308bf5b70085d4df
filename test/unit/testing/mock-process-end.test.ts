import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm } from 'winsvc/testing';

/** `waitFor('stopped')` is called before STOPPED is reported, so that it resolves at the report itself. */
describe.each(['manual', 'real'] as const)("after waitFor('stopped') on the %s clock", (clock) => {
  it('the process has its exit code: 0 after a clean stop', async () => {
    const scm = createMockScm({ clock });
    const run = await scm.start(defineService({ name: 'Ends', start() {} }));
    const stopped = run.waitFor('stopped');
    await run.control('stop');
    expect((await stopped).process.exitCode).toBe(0);
    scm.assertSettled();
  });

  it('the process has its exit code: 1 after a stop handler that failed later', async () => {
    const scm = createMockScm({ clock });
    const stop = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('in stop');
    };
    const run = await scm.start(defineService({ name: 'Fails', start() {}, stop }));
    await run.control('stop');
    expect((await run.waitFor('stopped')).process.exitCode).toBe(1);
    scm.assertSettled();
  });

  it('the process has its exit code also when another state was awaited', async () => {
    const scm = createMockScm({ clock });
    const start = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('in start');
    };
    const run = scm.launch(defineService({ name: 'NeverRuns', start }));
    await expect(run.waitFor('running')).rejects.toMatchObject({ code: 'STATE_NOT_REACHED' });
    expect(run.process.exitCode).toBe(1);
    scm.assertSettled();
  });
});
