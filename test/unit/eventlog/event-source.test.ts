import { describe, expect, it } from 'vitest';
import { ensureSource, removeSource } from '../../../src/eventlog/sources/event-source.ts';
import { waitForLog } from '../../../src/eventlog/sources/wait-for-log.ts';
import { openEventSources } from '../../../src/win32/eventlog/event-sources.ts';
import { FakeFfi } from '../win32/fake-ffi.ts';
import type { EventSources, EventSourceSettings } from '../../../src/scm/event-log.ts';

const NOTHING: EventSourceSettings = {
  messageFile: undefined,
  categoryFile: undefined,
  categoryCount: undefined,
  parameterFile: undefined,
  types: undefined,
};
const WANTED: EventSourceSettings = { ...NOTHING, messageFile: 'C:\\a.dll', types: ['info', 'error'] };

/** A registry in memory, which finds keys whatever their case. */
function createSources(initial: Readonly<Record<string, Readonly<Record<string, EventSourceSettings>>>>) {
  const keys = new Map<string, EventSourceSettings>();
  const logs = Object.keys(initial);
  const at = (log: string, source: string): string => `${log}\\${source}`.toLowerCase();
  for (const [log, sources] of Object.entries(initial))
    for (const [source, settings] of Object.entries(sources)) keys.set(at(log, source), settings);
  let writes = 0;
  const port: EventSources = {
    logs: () => logs,
    read: (log, source) => keys.get(at(log, source)),
    write(log, source, settings) {
      writes += 1;
      keys.set(at(log, source), { ...NOTHING, ...keys.get(at(log, source)), ...settings });
    },
    isKnown: () => true,
    remove: (log, source) => keys.delete(at(log, source)),
    close: () => undefined,
  };
  return { port, keys, writes: () => writes };
}

describe('ensureSource', () => {
  it('installs once and says what changed', () => {
    const { port, keys, writes } = createSources({ Application: {} });
    expect(ensureSource(port, 'Orders', 'Application', WANTED).changed).toEqual(['messageFile', 'types']);
    expect(ensureSource(port, 'Orders', 'Application', { ...WANTED, types: ['error', 'info'] }).changed).toEqual([]);
    expect(writes()).toBe(1);
    expect(keys.get('application\\orders')).toEqual(WANTED);
  });

  it('keeps a setting that is not given', () => {
    const { port, keys } = createSources({ Application: { Orders: { ...WANTED, parameterFile: 'C:\\p.dll' } } });
    ensureSource(port, 'Orders', 'Application', { ...NOTHING, messageFile: 'C:\\b.dll' });
    expect(keys.get('application\\orders')).toEqual({
      ...WANTED,
      messageFile: 'C:\\b.dll',
      parameterFile: 'C:\\p.dll',
    });
  });

  it('makes a source that needs no settings', () => {
    const { port, keys } = createSources({ Application: {} });
    ensureSource(port, 'Orders', 'Application', NOTHING);
    expect(keys.has('application\\orders')).toBe(true);
  });

  it('refuses the source of another log, and the name of a log', () => {
    const { port } = createSources({ Application: {}, System: { Disk: NOTHING } });
    const taken = expect.objectContaining({ code: 'EVENT_SOURCE_TAKEN' }) as Error;
    expect(() => ensureSource(port, 'disk', 'Application', WANTED)).toThrow(taken);
    expect(() => ensureSource(port, 'SYSTEM', 'Application', WANTED)).toThrow(taken);
    expect(ensureSource(port, 'Disk', 'system', NOTHING).changed).toEqual([]);
  });
});

describe('removeSource', () => {
  it('finds the log by itself, and is idempotent', () => {
    const { port } = createSources({ Application: {}, Mine: { Orders: NOTHING } });
    expect(removeSource(port, 'Orders', undefined)).toBe('Mine');
    expect(removeSource(port, 'Orders', undefined)).toBeUndefined();
    expect(removeSource(port, 'Orders', 'Application')).toBeUndefined();
  });

  it('leaves the source of a log itself', () => {
    const { port } = createSources({ Application: { Application: NOTHING } });
    expect(() => removeSource(port, 'application', undefined)).toThrow(
      expect.objectContaining({ code: 'EVENT_SOURCE_TAKEN' }) as Error,
    );
  });
});

describe('a log that the Event Log service must notice', () => {
  const wait = async (knownAfter: number) => {
    let polls = 0;
    const pauses: number[] = [];
    const ready = await waitForLog({ isKnown: () => ++polls > knownAfter }, 'Orders', (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    });
    return { ready, waited: pauses.reduce((sum, ms) => sum + ms, 0) };
  };

  it('is waited for until it is known, 10 s at most', async () => {
    expect(await wait(0)).toEqual({ ready: true, waited: 0 });
    expect(await wait(3)).toEqual({ ready: true, waited: 300 });
    expect(await wait(100)).toEqual({ ready: true, waited: 10_000 });
    expect(await wait(Infinity)).toEqual({ ready: false, waited: 10_000 });
  });
});

describe('the event sources of this machine', () => {
  it.each([
    ['EvtQuery opens the log', 5n, 0, true],
    ['there is no such log yet', 0n, 15_007, false],
    ['the service is not there, as on Wine', 0n, 1717, true],
    ['access is denied', 0n, 5, true],
  ])('know a log by what EvtQuery says: %s', async (_, value, lastError, known) => {
    const closed: unknown[] = [];
    const ffi = new FakeFfi({
      EvtQuery: (...args) => {
        expect(args).toEqual([null, 'Orders', '*', 0x101]);
        return { value, lastError };
      },
      EvtClose: (handle) => {
        closed.push(handle);
        return { value: 1 };
      },
    });
    expect((await openEventSources(ffi, undefined)).isKnown('Orders')).toBe(known);
    expect(closed).toEqual(value === 0n ? [] : [value]);
  });
});
