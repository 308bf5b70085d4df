import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { Win32Error } from '../../../src/errors/win32-error.ts';
import { defineEvents } from '../../../src/eventlog/catalog/define-events.ts';
import { EventLog } from '../../../src/eventlog/write/event-log.ts';
import { createRemoteSink } from '../../../src/eventlog/write/remote-sink.ts';
import { createLogRig } from './fakes.ts';

const win32 = (win32Code: number): Win32Error => new Win32Error({ api: 'ReportEventW', win32Code });
const missing = (): ServiceError => new ServiceError('EVENT_SOURCE_MISSING', 'not installed; install it');

describe('EventLog', () => {
  it('opens the source at the first record only', () => {
    const { log, fake } = createLogRig();
    expect(fake.opened).toBe(0);
    log.info('one');
    log.info('two');
    expect(fake.opened).toBe(1);
  });

  it('gives a plain message the id of its severity, and no bits above it', () => {
    const { log, fake } = createLogRig();
    log.info('i');
    log.warn('w');
    log.error('e', { id: 65_535, category: 3, strings: [1, true, new Date(0)], data: 'ü', user: 'S-1-5-18' });
    log.write('auditFailure', 'a');
    expect(fake.records).toEqual([
      { severity: 'info', eventId: 1, category: 0, strings: ['i'], data: undefined, user: undefined },
      { severity: 'warn', eventId: 2, category: 0, strings: ['w'], data: undefined, user: undefined },
      {
        severity: 'error',
        eventId: 65_535,
        category: 3,
        strings: ['e', '1', 'true', '1970-01-01T00:00:00.000Z'],
        data: Buffer.from('ü'),
        user: 'S-1-5-18',
      },
      { severity: 'auditFailure', eventId: 2, category: 0, strings: ['a'], data: undefined, user: undefined },
    ]);
  });

  it('writes an event of a catalogue with its id, severity and category', () => {
    const { log, fake } = createLogRig();
    const events = defineEvents(
      { full: { id: 2000, severity: 'error', message: '%1 is %2 % full', category: 'disk' } },
      { categories: { network: 'Network', disk: 'Disk' } },
    );
    log.report(events.full('C:', 97));
    expect(fake.records[0]).toMatchObject({ severity: 'error', category: 2, strings: ['C:', '97'] });
    expect(fake.records[0]?.eventId.toString(16)).toBe('c00007d0');
  });

  it('says once why records are refused, keeps them all, and tries again after a minute', () => {
    const { log, fake, clock, reasons, refused } = createLogRig();
    fake.openErrors.push(missing(), missing());
    log.info('one');
    log.info('two');
    clock.advance(60_000);
    log.info('three');
    clock.advance(60_000);
    log.info('four');
    expect(reasons).toEqual(['not installed; install it']);
    expect(refused).toEqual(['one', 'two', 'three']);
    expect(fake.records.map(({ strings }) => strings[0])).toEqual(['four']);
  });

  it('gives a log without message files the text of an event', () => {
    const { log, fake, refused } = createLogRig();
    const events = defineEvents({
      full: { id: 1, severity: 'error', message: { de: '%1 ist voll', en: '%1 is full' } },
    });
    fake.openErrors.push(missing());
    log.error(events.full('C:'));
    expect(refused).toEqual(['C: is full']);
  });

  it('opens anew when the connection went stale', () => {
    const { log, fake, refused } = createLogRig();
    log.info('one');
    fake.reportErrors.push(win32(6));
    log.info('two');
    expect(fake.records.map(({ strings }) => strings[0])).toEqual(['one', 'two']);
    expect([fake.opened, fake.closed, refused.length]).toEqual([2, 1, 0]);
  });

  it('cuts a record further that the system finds too large, and drops nothing', () => {
    const { log, fake, refused } = createLogRig();
    fake.reportErrors.push(win32(1734));
    log.info('x'.repeat(30_000));
    expect(refused).toEqual([]);
    expect(fake.records).toHaveLength(1);
    expect(fake.records[0]?.strings[0]).toMatch(/x … \[cut: 30000 characters in all\]$/);
  });

  it('refuses records after it was closed, and closes once', () => {
    const { log, fake } = createLogRig();
    {
      using open = log;
      open.info('one');
    }
    log.close();
    expect(fake.closed).toBe(1);
    expect(() => log.info('two')).toThrow(expect.objectContaining({ code: 'CLOSED' }) as Error);
  });
});

describe('EventLog of another machine', () => {
  it('writes in order, in the background, and is flushed by its disposal', async () => {
    const { fake, options } = createLogRig();
    const log = new EventLog('Test', createRemoteSink(options, 'server1'));
    for (const text of ['one', 'two', 'three']) log.info(text);
    expect(fake.records).toEqual([]);
    await log[Symbol.asyncDispose]();
    expect(fake.records.map(({ strings }) => strings[0])).toEqual(['one', 'two', 'three']);
    expect([fake.opened, fake.closed]).toEqual([1, 1]);
  });

  it('keeps what the machine does not take, and holds a bounded number', async () => {
    const { fake, options, reasons, refused } = createLogRig();
    fake.openErrors.push(win32(1722));
    const log = new EventLog('Test', createRemoteSink(options, 'server1'));
    for (let index = 0; index < 1_001; index += 1) log.info(String(index));
    await log.flush();
    expect(refused).toHaveLength(1_001);
    expect(reasons).toHaveLength(2);
    expect(fake.records).toEqual([]);
  });

  it('goes on after a burst that was too large', async () => {
    const { fake, options, refused } = createLogRig();
    const log = new EventLog('Test', createRemoteSink(options, 'server1'));
    for (let index = 0; index < 1_010; index += 1) log.info(String(index));
    await log.flush();
    log.info('after');
    await log.flush();
    expect(refused).toHaveLength(10);
    expect(fake.records).toHaveLength(1_001);
  });
});
