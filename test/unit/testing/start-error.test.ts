import { createMockScm } from 'winsvc/testing';
import { describe, expect, it } from 'vitest';
import { makeService, never } from './services.ts';

const boom = new TypeError('no database');
const failureOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => Promise.reject(new Error('it started')),
    (error: unknown) => error as Error,
  );

describe('a start that fails', () => {
  it.each([
    [
      'a throw',
      {
        start: () => {
          throw boom;
        },
      },
    ],
    ['a rejection', { start: () => Promise.reject(boom) }],
  ])('rejects with the error of the app as cause and in the message: %s', async (_name, options) => {
    const scm = createMockScm();
    const service = makeService(options);
    const error = await failureOf(scm.start(service));
    expect(error).toMatchObject({ win32Code: 1064 });
    expect(error.cause).toBe(boom);
    expect(error.message).toContain('The start handler failed: no database');
    const [run] = scm.runs(service);
    expect(run?.error).toMatchObject({ code: 'HANDLER_FAILED', cause: boom });
  });

  it('has what was thrown while the program was loaded', async () => {
    const scm = createMockScm();
    const load = (): never => {
      throw boom;
    };
    const error = await failureOf(scm.start(makeService(), { load }));
    expect(error).toMatchObject({ win32Code: 1053, cause: boom });
    expect(error.message).toContain('no database');
  });

  it('has an uncaught error, a timeout, and the end of the process', async () => {
    const scm = createMockScm();
    const crashing = makeService({
      name: 'Crashing',
      start() {
        scm.runs('Crashing')[0]?.process.throwUncaught(boom);
        return never();
      },
    });
    expect(await failureOf(scm.start(crashing))).toMatchObject({ win32Code: 1064, cause: boom });

    const slow = failureOf(scm.start(makeService({ name: 'Slow', start: never, timeouts: { start: '2s' } })));
    await scm.clock.advance('3s');
    expect(await slow).toMatchObject({
      win32Code: 1053,
      cause: { code: 'HANDLER_TIMEOUT' },
      message: expect.stringContaining('The start handler was not done after 2 s') as string,
    });

    const exiting = makeService({
      name: 'Exiting',
      start() {
        scm.runs('Exiting')[0]?.process.exit(0);
        return never();
      },
    });
    expect(await failureOf(scm.start(exiting))).toMatchObject({
      win32Code: 1067,
      cause: { code: 'PROCESS_EXIT' },
      message: expect.stringContaining('process.exit(0) while the service was starting') as string,
    });
  });

  it('says so when the service runs outside of the mock', async () => {
    const service = makeService();
    const outside = createMockScm();
    const host = { host: { kind: 'mock', connect: never, process: {} } as never, exit: false };
    void service.run(host);
    const error = await failureOf(outside.start(service));
    expect(error.message).toContain('runs in this process already');
    expect(error.cause).toMatchObject({ code: 'ALREADY_RUNNING' });
  });

  it('has the error as the cause of a wait for a state too', async () => {
    const scm = createMockScm();
    const run = scm.launch(makeService({ start: () => Promise.reject(boom) }));
    await expect(run.waitFor('running')).rejects.toMatchObject({
      code: 'STATE_NOT_REACHED',
      cause: { code: 'HANDLER_FAILED', cause: boom },
    });
  });
});
