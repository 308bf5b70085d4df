import { describe, expect, it } from 'vitest';
import { readEvents } from '../../../src/eventlog/index.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import {
  type EventStreamOptions,
  type WatchedEvent,
  type WatchedEvents,
} from '../../../src/watchdog/sources/event-source.ts';
import { createMatcher } from '../../../src/watchdog/sources/matcher.ts';
import { createWatchdog, type WatchTarget } from '../../../src/watchdog/index.ts';

/** An event log that a test writes to; it can fail. */
function createEvents() {
  const waiting: WatchedEvent[] = [];
  const asked: EventStreamOptions[] = [];
  let wake = (): void => undefined;
  let failure: Error | undefined;
  return {
    asked,
    write(id: number, message: string) {
      waiting.push({ id, source: 'Orders', message, strings: [] });
      wake();
    },
    fail(error: Error | undefined) {
      failure = error;
      wake();
    },
    async *read(options: EventStreamOptions): AsyncGenerator<WatchedEvent> {
      asked.push(options);
      for (;;) {
        if (failure) throw failure;
        options.signal.throwIfAborted();
        const event = waiting.shift();
        if (event) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            options.signal.addEventListener('abort', () => resolve(), { once: true });
          });
      }
    },
  };
}

async function watch(log: ReturnType<typeof createEvents>, options: Partial<WatchedEvents>) {
  const clock = createManualClock();
  const actions: string[] = [];
  const watchdog = createWatchdog({
    targets: [
      {
        name: 'Orders',
        events: { read: (query) => log.read(query), ...options },
        actions: { name: 'heal', call: () => void actions.push('heal') },
      },
    ],
    clock,
    random: () => 0,
  });
  await watchdog.start();
  await clock.advance('1s');
  return { clock, watchdog, actions, state: () => watchdog.target('Orders')?.state };
}

describe('events as a source', () => {
  it('fail a target after so many within so long, and forget after an action', async () => {
    const log = createEvents();
    const { clock, watchdog, actions, state } = await watch(log, {
      source: 'Orders',
      level: 'error',
      codes: ['ECONNREFUSED', 1067],
      count: 2,
      within: '1m',
    });
    expect(log.asked).toMatchObject([{ source: 'Orders', level: 'error', follow: true }]);
    log.write(1, 'connect ECONNREFUSED 127.0.0.1');
    await clock.advance('61s');
    log.write(1, 'ended with 1067');
    log.write(1, 'port 10670 is fine');
    await clock.advance('1s');
    expect([state(), actions]).toEqual(['normal', []]);
    log.write(2, 'ended with 0x42b');
    await clock.advance('1s');
    expect(actions).toEqual(['heal']);
    await clock.advance('2m');
    expect(state()).toBe('normal');
    expect(actions).toEqual(['heal']);
    await watchdog.close();
    expect(log.asked.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('say nothing about the service while the log cannot be read, and go on afterwards', async () => {
    const log = createEvents();
    log.fail(new Error('access denied'));
    const { clock, watchdog, actions, state } = await watch(log, { ids: [7031] });
    await clock.advance('5m');
    expect(actions).toEqual([]);
    expect(state()).not.toBe('failed');
    expect(watchdog.health.report().checks).toMatchObject([{ message: 'access denied' }]);
    // It asked less and less often.
    expect(log.asked.length).toBeLessThan(12);
    log.fail(undefined);
    log.write(7031, 'terminated unexpectedly');
    await clock.advance('2m');
    expect(actions).toEqual(['heal']);
    await watchdog.close();
  });

  it('lose none that is written while the log cannot be read, and count none twice', async () => {
    const clock = createManualClock();
    const records: (WatchedEvent & { readonly time: Date; readonly recordId: number })[] = [];
    const write = (at: number): void => {
      records.push({
        id: 1,
        source: 'Orders',
        message: 'bad',
        strings: [],
        recordId: records.length + 1,
        time: new Date(at),
      });
    };
    const asked: (Date | undefined)[] = [];
    let broken = false;
    let wake = (): void => undefined;
    /** Reads as the event log does: with `since` all from then on, otherwise new ones only. */
    async function* read({ since, signal }: EventStreamOptions): AsyncGenerator<WatchedEvent> {
      asked.push(since);
      let at = since === undefined ? records.length : records.findIndex(({ time }) => time >= since);
      if (at < 0) at = records.length;
      for (;;) {
        if (broken) throw new Error('the RPC server is unavailable');
        signal.throwIfAborted();
        const event = records[at];
        if (event) at += 1;
        if (event) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    let counted = 0;
    const watchdog = createWatchdog({
      targets: [
        {
          name: 'Orders',
          events: { read, ids: [1], count: 5, within: '1h' },
          actions: { name: 'heal', call: () => void (counted += 1) },
        },
      ],
      clock,
      random: () => 0,
    });
    write(clock.now() - 1_000);
    await watchdog.start();
    await clock.advance('1s');
    write(clock.now());
    write(clock.now());
    wake();
    await clock.advance('1s');
    broken = true;
    wake();
    await clock.advance('1s');
    write(clock.now());
    // Written after the clock was set back.
    write(clock.now() - 500);
    broken = false;
    await clock.advance('5s');
    expect(counted).toBe(0);
    write(clock.now());
    wake();
    await clock.advance('1s');
    expect(counted).toBe(1);
    expect(asked[0]).toBeUndefined();
    expect(asked.length).toBeGreaterThan(1);
    wake();
    await watchdog.close();
  });

  it('take readEvents as it is', () => {
    const target: WatchTarget = { name: 'a', events: { read: readEvents, ids: [7031], log: 'System' } };
    expect(() => createWatchdog({ targets: [target] })).not.toThrow();
  });

  it('name all that is wrong with their options', () => {
    const events = { read: 'no', ids: [-1], level: 'loud', codes: [], count: 0, within: '0s', nonsense: 1 };
    expect(() => createWatchdog({ targets: [{ name: 'a', events } as never] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        details: {
          problems: expect.arrayContaining(
            ['read', 'ids.0', 'level', 'codes', 'count', 'within', 'nonsense'].map(
              (name) => expect.objectContaining({ path: `targets.0.events.${name}` }) as unknown,
            ),
          ) as unknown,
        },
      }) as Error,
    );
    expect(() => createWatchdog({ targets: [{ name: 'a', events: { read: readEvents } }] })).toThrow(
      /ids, level, patterns or codes/,
    );
    expect(() => createWatchdog({ targets: [{ name: 'a', log: { file: 'x' } }] })).toThrow(/patterns or codes/);
  });
});

describe('createMatcher', () => {
  it.each([
    ['ECONNREFUSED', '{"code":"ECONNREFUSED"}', true],
    ['ECONNREFUSED', 'ECONNREFUSED2', false],
    [1067, 'error 1067.', true],
    [1067, 'error 0x0000042B', true],
    [1067, 'error 11067', false],
    [-1073741819, 'exit code 0xC0000005', true],
    [-1073741819, 'exit code -1073741819', true],
    ['a-b', 'x a-b x', true],
  ])('%j in %j: %j', async (code, text, expected) => {
    expect((await createMatcher({ codes: [code] }))?.(text)).toBe(expected);
  });
});
