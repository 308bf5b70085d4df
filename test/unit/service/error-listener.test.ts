import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm } from 'winsvc/testing';

describe("a listener of 'error' that throws", () => {
  it('does not keep STOPPED from being reported, with the code of the first failure', async () => {
    const scm = createMockScm();
    const service = defineService({
      name: 'Listener',
      start(ctx) {
        ctx.onShutdown('hook', () => {
          throw new Error('in the hook');
        });
      },
      commands: {
        fail: {
          code: 200,
          run: () => {
            throw new Error('in the command');
          },
        },
      },
    });
    const heard: string[] = [];
    service.on('error', (error) => {
      heard.push(error.message);
      throw new Error('in the listener');
    });
    const run = await scm.start(service);
    await run.command('fail');
    await scm.clock.advance('1s');
    expect(run.state).toBe('stopped');
    expect(run.exit).toEqual({ win32: 1064 });
    expect(heard).toEqual([
      'The commands.fail handler failed: in the command',
      'Shutdown hook "hook" failed: in the hook',
    ]);
  });
});
