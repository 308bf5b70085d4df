import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm } from 'winsvc/testing';

const UNCAUGHT = ['uncaughtException', 'unhandledRejection'] as const;

describe('an uncaught error on the mock', () => {
  it.each([
    ['uncaughtException', 'uncaughtException'],
    ['unhandledRejection', 'unhandledRejection'],
    ['unhandledRejection', 'uncaughtException'],
  ] as const)('%s goes to a listener of %s: a warning, and the service goes on', async (origin, event) => {
    const scm = createMockScm();
    const run = await scm.start(defineService({ name: 'Handled', start() {} }));
    const heard: unknown[] = [];
    run.process.on(event, (error, from) => heard.push(error, from));
    const error = new Error('lost connection');
    run.process.throwUncaught(error, origin);
    await scm.clock.advance('1m');
    expect(heard).toEqual([error, origin]);
    expect(run.state).toBe('running');
    expect(run.log.filter(({ level }) => level !== 'info')).toEqual([
      {
        level: 'warn',
        message: `Uncaught error in the app: lost connection (a listener of the app for "${event}" handles it; the service goes on)`,
        data: { service: 'Handled', error },
      },
    ]);
    await run.stop();
    expect(run.exit).toEqual({ win32: 0 });
    expect(run.process.exitCode).toBe(0);
  });

  it.each(UNCAUGHT)('%s without a listener fails the service', async (origin) => {
    const scm = createMockScm();
    const run = await scm.start(defineService({ name: 'Unhandled', start() {} }));
    if (origin === 'uncaughtException') run.process.on('unhandledRejection', () => undefined);
    run.process.throwUncaught(new Error('lost connection'), origin);
    await run.waitFor('stopped');
    expect(run.exit).toEqual({ win32: 1064 });
  });
});
