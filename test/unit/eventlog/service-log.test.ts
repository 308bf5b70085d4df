import { describe, expect, it } from 'vitest';
import { defineService } from 'winsvc';
import { createMockScm } from 'winsvc/testing';

const start = (): void => undefined;

describe('a service under the SCM', () => {
  it('writes to the event log from warn up, with its name as source', async () => {
    const scm = createMockScm();
    const service = defineService({
      name: 'Orders',
      start(ctx) {
        ctx.log.info('no');
        ctx.log.warn('The queue is long', { length: 80 });
        ctx.log.error('Lost an order', { eventId: 4711 });
      },
    });
    await (await scm.start(service)).stop();
    expect(scm.eventLog.records).toMatchObject([
      { source: 'Orders', severity: 'warn', eventId: 2, strings: ['The queue is long\n\nlength: 80'] },
      { source: 'Orders', severity: 'error', eventId: 4711, strings: ['Lost an order'] },
    ]);
    scm.assertSettled();
  });

  it('records a failure with an id for its kind, its stack and its causes', async () => {
    const scm = createMockScm();
    const service = defineService({
      name: 'Orders',
      start() {
        throw new Error('no database', { cause: new Error('connection refused') });
      },
    });
    await expect(scm.start(service)).rejects.toThrow();
    const [record] = scm.eventLog.records;
    expect(scm.eventLog.records).toHaveLength(1);
    expect(record).toMatchObject({ severity: 'error', eventId: 101 });
    expect(record?.strings[0]).toMatch(/^The start handler failed: no database\n\n[^]* {4}at [^]*connection refused/);
  });

  it('records the exit() of the app', async () => {
    const scm = createMockScm();
    const run = await scm.start(defineService({ name: 'Orders', start }));
    run.process.exit(3);
    expect(scm.eventLog.records).toMatchObject([{ severity: 'error', eventId: 105 }]);
  });

  it('goes on when the source is missing, and says so once', async () => {
    const scm = createMockScm();
    scm.eventLog.uninstall('Orders');
    const run = await scm.start(
      defineService({
        name: 'Orders',
        eventLog: true,
        start(ctx) {
          ctx.log.warn('one');
          ctx.log.warn('two');
        },
      }),
    );
    await run.stop();
    expect(scm.eventLog.records).toEqual([]);
    const messages = run.log.map(({ message }) => message);
    expect(messages.filter((message) => !message.startsWith('Service started in'))).toEqual([
      'one',
      expect.stringContaining('The event source "Orders" is not installed') as string,
      'two',
    ]);
  });

  it('can have another source and level, or none', async () => {
    const scm = createMockScm();
    const log = { start: (ctx: { log: { info(text: string): void } }) => ctx.log.info('hello') };
    await scm.start(defineService({ name: 'A', eventLog: { source: 'Shared', level: 'info' }, ...log }));
    await scm.start(defineService({ name: 'B', eventLog: false, start: (ctx) => ctx.log.error('lost') }));
    expect(scm.eventLog.records).toMatchObject([
      { source: 'Shared', severity: 'info', eventId: 1, strings: ['hello'] },
      { source: 'Shared', strings: [expect.stringContaining('Service started in')] },
    ]);
  });

  it('keeps the record when the event log fails', async () => {
    const scm = createMockScm();
    scm.failNext('ReportEventW', 'RPC_S_SERVER_UNAVAILABLE');
    const run = await scm.start(defineService({ name: 'A', start: (ctx) => ctx.log.error('important') }));
    expect(run.log.map(({ message }) => message)[0]).toBe('important');
    await run.stop();
    scm.assertSettled();
  });

  it('says once that the right to write is missing, with the repair, and loses no record', async () => {
    const scm = createMockScm();
    scm.failNext('RegisterEventSourceW', 'ERROR_ACCESS_DENIED');
    const run = await scm.start(
      defineService({
        name: 'A',
        eventLog: true,
        start(ctx) {
          for (const text of ['one', 'two', 'three']) ctx.log.error(text);
        },
      }),
    );
    const messages = run.log.map(({ message }) => message);
    expect(messages.filter((text) => ['one', 'two', 'three'].includes(text))).toHaveLength(3);
    const told = messages.filter((text) => text.startsWith('Nothing is written to the event log'));
    expect(told).toEqual([expect.stringMatching(/ERROR_ACCESS_DENIED/) as string]);
    // It is tried again after a minute, and then nothing is said.
    await scm.clock.advance('61s');
    expect(scm.eventLog.records).toEqual([]);
    await run.stop();
  });

  it('splits a record that is too long, and cuts what has no end, with marks', async () => {
    const scm = createMockScm();
    await scm.start(
      defineService({
        name: 'A',
        start: (ctx) => ctx.log.child({ id: 'y'.repeat(2_000_000) }).error('x'.repeat(100_000)),
      }),
    );
    const texts = scm.eventLog.records.map(({ strings }) => strings[0] ?? '');
    expect(texts).toHaveLength(16);
    expect(texts[0]).toMatch(/^\[1\/16\] x/);
    expect(texts[15]).toMatch(/\[cut: \d+ characters in all\]$/);
    expect(Math.max(...texts.map((text) => text.length * 2))).toBeLessThanOrEqual(61_440);
  });

  it('has the bindings of a child, and the stack of an error under the name of pino', async () => {
    const scm = createMockScm();
    await scm.start(
      defineService({
        name: 'A',
        start(ctx) {
          ctx.log.child({ requestId: 7 }).warn({ err: new Error('why') }, 'failed');
        },
      }),
    );
    expect(scm.eventLog.records).toMatchObject([
      { eventId: 100, strings: [expect.stringMatching(/^failed\n\nrequestId: 7\n\nError: why\n {4}at /) as string] },
    ]);
  });
});
