import { createMockScm } from 'winsvc/testing';
import { describe, expect, it } from 'vitest';
import { makeService, never } from './services.ts';

describe('the record of a stop', () => {
  it('says what ran, in which order, for how long, and what came of it', async () => {
    const scm = createMockScm();
    const wait = (ms: number) => (): Promise<void> => new Promise((resolve) => scm.clock.setTimeout(resolve, ms));
    const service = makeService({
      start(ctx) {
        ctx.onShutdown('database', wait(30));
        ctx.onShutdown('queue', () => Promise.reject(new Error('lost')));
        ctx.onShutdown('http', wait(200), { group: 'servers' });
        ctx.onShutdown('grpc', never, { group: 'servers', timeout: '100ms', order: 1 });
      },
      stop: wait(50),
    });
    const run = await scm.start(service);
    await run.control('stop');
    await scm.clock.advance('1s');
    const hook = (name: string, facts: object) => ({ name, order: 0, outcome: 'done', ...facts });
    const record = {
      reason: 'stop',
      ms: 280,
      budgetMs: 20_000,
      stop: { ms: 50, outcome: 'done' },
      hooks: [
        hook('grpc', {
          group: 'servers',
          order: 1,
          afterMs: 0,
          ms: 100,
          outcome: 'timeout',
          error: 'Shutdown hook "grpc" failed: it took longer than 100 ms',
        }),
        hook('http', { group: 'servers', afterMs: 0, ms: 200 }),
        hook('queue', { afterMs: 200, ms: 0, outcome: 'failed', error: 'Shutdown hook "queue" failed: lost' }),
        hook('database', { afterMs: 200, ms: 30 }),
      ],
    };
    expect(run.shutdown).toEqual(record);
    const [entry, ...others] = run.log.filter(({ data }) => data?.['shutdown']);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ level: 'info', data: { shutdown: record } });
    expect(entry?.message).toBe('The stop (stop) took 280 ms of 20 s: 3 done, 1 timeout, 1 failed.');
    // It goes to a log of lines.
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it('is there when a listener of SIGTERM ended the process', async () => {
    const scm = createMockScm();
    const service = makeService({ start: (ctx) => ctx.onShutdown('hook', () => undefined) });
    const run = await scm.start(service);
    run.process.on('SIGTERM', () => run.process.exit(0));
    await run.control('stop');
    await scm.clock.advance(0);
    expect(run.exit).toEqual({ win32: 0 });
    const [entry] = run.log.filter(({ data }) => data?.['shutdown']);
    expect(entry?.data).toMatchObject({
      shutdown: { hooks: [{ name: 'hook', outcome: 'done' }], signal: { listeners: 1 } },
    });
  });

  it('logs the start alone for a service that has nothing to do at its stop', async () => {
    const scm = createMockScm();
    const run = await scm.start(makeService());
    await run.stop();
    expect(run.log.map(({ message }) => message)).toEqual(['Service started in 0 ms.']);
    expect(run.shutdown).toMatchObject({ reason: 'stop', hooks: [] });
  });
});

describe('listeners of SIGTERM', () => {
  it('that don’t come to an end are given up at the deadline: no failure, but a warning', async () => {
    const scm = createMockScm();
    const run = await scm.start(makeService({ timeouts: { stop: '3s' } }));
    run.process.on('SIGTERM', never);
    await run.control('stop');
    await scm.clock.advance('3s');
    expect(run.exit).toEqual({ win32: 0 });
    expect(run.log.map(({ level, message }) => [level, message])).toContainEqual([
      'warn',
      expect.stringContaining('SIGTERM listeners'),
    ]);
    expect(run.shutdown?.signal).toEqual({ listeners: 1, ms: 3_000, outcome: 'timeout' });
  });

  it('that end the process too early, while hooks are waiting, have failed: the message names them', async () => {
    const scm = createMockScm();
    const service = makeService({
      start(ctx) {
        ctx.onShutdown('database', () => undefined);
        ctx.onShutdown('queue', () => {
          run.process.exit(0);
          return never();
        });
      },
    });
    const run = await scm.start(service);
    await run.control('stop');
    await scm.clock.advance(0);
    expect(run.exit).toEqual({ win32: 0 });
    expect(run.process.exitCode).toBe(1);
    expect(run.log.find(({ level }) => level === 'error')?.message).toContain(
      'these shutdown hooks did not run: database',
    );
  });
});

describe('a control handler that fails while the service stops', () => {
  it('ends nothing, but is on record', async () => {
    const scm = createMockScm();
    let fail: (error: Error) => void = () => undefined;
    const service = makeService({
      commands: { rotate: { code: 128, run: () => new Promise((_resolve, reject) => (fail = reject)) } },
      stop: () => {
        fail(new Error('disk full'));
      },
    });
    const run = await scm.start(service);
    await run.command(128);
    await run.stop();
    expect(run.exit).toEqual({ win32: 0 });
    expect(run.log).toContainEqual({
      level: 'warn',
      message: 'The commands.rotate handler failed: disk full (the service was stopping already)',
      data: expect.objectContaining({ service: 'Test', error: expect.any(Error) as Error }) as object,
    });
  });
});

describe('a service that has lost the SCM', () => {
  it('runs its stop handler and its hooks all the same, and ends as a failure', async () => {
    const scm = createMockScm();
    const ran: string[] = [];
    const service = makeService({
      start(ctx) {
        ctx.onShutdown('hook', async () => {
          await new Promise<void>((resolve) => scm.clock.setTimeout(resolve, 100));
          ran.push('hook');
        });
      },
      stop: (ctx) => {
        ran.push(`stop: ${ctx.reason}`);
      },
      pause: () => undefined,
      resume: () => undefined,
    });
    const run = await scm.start(service);
    scm.failNext('SetServiceStatus', 'ERROR_INVALID_HANDLE');
    await run.control('pause');
    await scm.clock.advance('1s');
    expect(ran).toEqual(['stop: failure', 'hook']);
    expect(run.process.exitCode).toBe(1);
    expect(run.exit).toEqual({ win32: 1067 });
  });

  it('gives up at the deadline of a stop', async () => {
    const scm = createMockScm();
    const service = makeService({ stop: never, pause: () => undefined, resume: () => undefined });
    const run = await scm.start(service);
    scm.failNext('SetServiceStatus', 'ERROR_INVALID_HANDLE');
    await run.control('pause');
    await scm.clock.advance('20s');
    expect(run.process.exitCode).toBe(1);
  });

  it('runs nothing any more when its process was killed', async () => {
    const scm = createMockScm();
    const ran: string[] = [];
    const run = await scm.start(makeService({ stop: () => ran.push('stop') }));
    run.kill();
    await scm.clock.advance('1m');
    expect(ran).toEqual([]);
  });
});
