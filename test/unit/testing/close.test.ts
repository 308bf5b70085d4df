import { createMockScm } from 'winsvc/testing';
import { describe, expect, it } from 'vitest';
import { makeService, never } from './services.ts';

describe('the end of a test', () => {
  it('stops what still runs, with its stop handler and hooks', async () => {
    const ran: string[] = [];
    const service = makeService({
      start: (ctx) => ctx.onShutdown('hook', () => ran.push('hook')),
      stop: () => ran.push('stop'),
    });
    {
      await using scm = createMockScm();
      await scm.start(service);
    }
    expect(ran).toEqual(['stop', 'hook']);
    await using next = createMockScm();
    expect((await next.start(service)).state).toBe('running');
  });

  it.each([
    ['a stop handler that never resolves', { stop: never }],
    ['a start that never resolves', { start: never }],
    ['a stop whose time is longer than the default', { stop: never, timeouts: { stop: 300_000 } }],
  ])('comes all the same after %s', async (_name, options) => {
    const service = makeService(options);
    const scm = createMockScm();
    const run = scm.launch(service);
    await scm.clock.advance(0);
    await scm.close();
    expect(run.process.gone).toBe(true);
    scm.assertSettled();
    await using next = createMockScm();
    next.launch(service);
  });

  it('comes all the same for a program that never connects, or whose loop is blocked', async () => {
    const scm = createMockScm();
    const loading = scm.launch(makeService({ name: 'Loading' }), { load: never });
    const blocked = await scm.start(makeService({ name: 'Blocked' }));
    blocked.blockLoop();
    await scm.close();
    expect([loading.process.gone, blocked.process.gone]).toEqual([true, true]);
  });

  it('waits on the real time for hooks that do real work', async () => {
    const ran: string[] = [];
    const service = makeService({
      stop: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        ran.push('stop');
      },
    });
    const scm = createMockScm({ clock: 'real' });
    await scm.start(service);
    await scm.close();
    expect(ran).toEqual(['stop']);
  });

  it('ignores the faults that are left, and lets recovery start nothing', async () => {
    const scm = createMockScm();
    const service = makeService({ recoverAfterFailedStop: true, stop: () => Promise.reject(new Error('boom')) });
    await scm.start(service, { recovery: { actions: [{ type: 'restart', delay: 0 }], onNonCrashFailures: true } });
    scm.failNext('ControlService', 'ERROR_ACCESS_DENIED');
    scm.failNext('HandlerEx', 'ERROR_SERVICE_REQUEST_TIMEOUT');
    await scm.close();
    await scm.clock.advance('1m');
    expect(scm.runs().map(({ state }) => state)).toEqual(['stopped']);
  });

  it('ends services in the order of any dependencies, does nothing twice, and refuses a later start', async () => {
    const scm = createMockScm();
    await scm.start(makeService({ name: 'A' }));
    await scm.manager().install({ name: 'B', imagePath: 'C:\\b.exe', dependencies: ['A'] });
    scm.register('B', makeService({ name: 'B' }));
    await scm.manager().service('B').start();
    await scm.close();
    await scm.close();
    expect(scm.runs().map(({ name, state, exit }) => [name, state, exit])).toEqual([
      ['A', 'stopped', { win32: 0 }],
      ['B', 'stopped', { win32: 0 }],
    ]);
    await expect(scm.start(makeService())).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('a service that still runs elsewhere', () => {
  it('is named as such, with what to do', async () => {
    await using first = createMockScm();
    const service = makeService({ name: 'Orders' });
    await first.start(service);
    await using second = createMockScm();
    await expect(second.start(service)).rejects.toMatchObject({
      code: 'MOCK_MISUSE',
      message: expect.stringMatching(/"Orders" in another mock SCM\. .*afterEach\(\(\) => scm\.close\(\)\)/) as string,
    });
    second.register('Copy', service);
    await second.manager().install({ name: 'Copy', imagePath: 'C:\\copy.exe' });
    await expect(second.manager().service('Copy').start()).rejects.toThrow(
      'still runs as "Orders" in another mock SCM',
    );
  });

  it('may run under a second name when the first has stopped, and goes by it', async () => {
    await using scm = createMockScm();
    const seen: string[] = [];
    const service = makeService({ name: 'Orders', start: (ctx) => void seen.push(ctx.name) });
    scm.register('Orders-2', service);
    await scm.manager().install({ name: 'Orders-2', imagePath: 'C:\\orders.exe' });
    const first = await scm.start(service);
    await expect(scm.manager().service('Orders-2').start()).rejects.toThrow('"Orders" in this mock SCM');
    await first.stop();
    await scm.manager().service('Orders-2').start();
    const [run] = scm.runs('Orders-2');
    expect(run?.name).toBe('Orders-2');
    expect(seen).toEqual(['Orders', 'Orders-2']);
    // The warning that the definition has another name goes to the log and the event log.
    const warning = 'The service is installed as "Orders-2", but its definition has the name "Orders"';
    expect(run?.log).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining(warning) as string }),
    );
    expect(scm.eventLog.records.map(({ severity, strings }) => [severity, strings[0]])).toContainEqual([
      'warn',
      expect.stringContaining(warning),
    ]);
  });
});
