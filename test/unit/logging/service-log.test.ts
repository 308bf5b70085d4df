import { describe, expect, it } from 'vitest';
import { defineService, type ServiceLog } from 'winsvc';
import { createMockScm } from 'winsvc/testing';
import { formatJsonLine } from '../../../src/util/json-line.ts';
import { formatLine } from '../../../src/util/line-log.ts';

/** What a service has logged on the mock. */
async function logged(write: (log: ServiceLog) => void, logging = {}) {
  const run = await createMockScm().start(
    defineService({ name: 'Orders', logging, eventLog: false, start: (ctx) => write(ctx.log) }),
  );
  // Not the record of the start itself.
  return run.log.filter(({ message }) => !message.startsWith('Service started in'));
}
const record = (data: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(formatJsonLine('Orders', 'info', 'm', data)) as Record<string, unknown>;

describe('ctx.log', () => {
  it('has children with data of their own, and theirs', async () => {
    const log = await logged((parent) => {
      const child = parent.child({ requestId: 7, user: 'a' });
      child.info('one');
      child.child({ user: 'b' }).warn('two', { n: 1 });
      parent.debug('three');
    });
    expect(log).toEqual([
      { level: 'info', message: 'one', data: { requestId: 7, user: 'a' } },
      { level: 'warn', message: 'two', data: { requestId: 7, user: 'b', n: 1 } },
      { level: 'debug', message: 'three', data: undefined },
    ]);
  });

  it('takes the order of pino, and an error alone', async () => {
    const error = new Error('broken');
    const log = await logged((its) => {
      its.info({ n: 1 }, 'data first');
      its.error(error);
      its.error(error, 'told');
      its.error('message first', error);
      its.error({ err: error });
      its.info({ msg: 'inside' });
    });
    expect(log.map(({ message, data }) => [message, data])).toEqual([
      ['data first', { n: 1 }],
      ['broken', { error }],
      ['told', { error }],
      ['message first', { error }],
      ['broken', { err: error }],
      ['inside', { msg: 'inside' }],
    ]);
  });

  it('leaves out what is below its level', async () => {
    const enabled: boolean[] = [];
    const log = await logged(
      (its) => {
        its.info('no');
        its.child({ a: 1 }).warn('yes');
        enabled.push(its.isLevelEnabled('info'), its.isLevelEnabled('warn'));
      },
      { level: 'warn' },
    );
    expect(log.map(({ message }) => message)).toEqual(['yes']);
    expect(enabled).toEqual([false, true]);
  });

  it('writes whatever an untyped caller hands it', async () => {
    const log = await logged((its) => {
      const loose = its as unknown as { info(...args: unknown[]): void };
      loose.info(5);
      loose.info('a', 5);
      loose.info();
      loose.info(null, 'b');
    });
    expect(log.map(({ message, data }) => [message, data])).toEqual([
      ['5', { value: 5 }],
      ['a', { value: 5 }],
      ['undefined', undefined],
      ['b', { value: null }],
    ]);
  });
});

describe('a JSON line', () => {
  it('has errors with their causes, and those of an AggregateError', () => {
    const cause = Object.assign(new TypeError('deep'), { code: 'E1' });
    const error = new AggregateError([new Error('a')], 'outer', { cause });
    expect(record({ err: error })['err']).toMatchObject({
      type: 'AggregateError',
      message: 'outer',
      stack: expect.stringContaining('service-log.test.ts') as string,
      cause: { type: 'TypeError', message: 'deep', code: 'E1' },
      errors: [{ message: 'a' }],
    });
  });

  it('cuts circles, and only those', () => {
    const shared = { x: 1 };
    const circle: Record<string, unknown> = { shared, again: shared };
    circle['me'] = circle;
    const error = new Error('e');
    error.cause = error;
    expect(record({ circle, error })).toMatchObject({
      circle: { shared: { x: 1 }, again: { x: 1 }, me: '[circular]' },
      error: { cause: '[circular]' },
    });
  });

  it('keeps what a reader relies on', () => {
    expect(record({ level: 'x', name: 'y', msg: 'z', other: 1 })).toMatchObject({
      level: 30,
      name: 'Orders',
      msg: 'm',
      other: 1,
      data: { level: 'x', name: 'y', msg: 'z' },
    });
  });

  it('survives getters that throw, functions, maps, sets, dates and bigints', () => {
    const bad = {
      get boom(): never {
        throw new Error('boom');
      },
    };
    expect(record({ bad })).toMatchObject({ bad: { boom: '[unreadable]' } });
    expect(
      record({ f: () => 1, map: new Map([['k', 1n]]), set: new Set([2]), date: new Date(0), none: undefined }),
    ).toMatchObject({ map: { k: '1' }, set: [2], date: '1970-01-01T00:00:00.000Z' });
  });
});

describe('a line for people', () => {
  it('shows the stack of the error under the name of pino too', () => {
    const text = formatLine('error', 'failed', { err: new Error('why'), n: 1 });
    expect(text).toMatch(/ERROR failed n=1\nError: why\n {4}at /);
  });
});
