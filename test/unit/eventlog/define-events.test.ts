import { describe, expect, it } from 'vitest';
import { catalogData, defineEvents } from '../../../src/eventlog/catalog/define-events.ts';
import { countParameters, fillIn } from '../../../src/eventlog/catalog/parameters.ts';

const problemsOf = (define: () => unknown): unknown => {
  try {
    define();
  } catch (error) {
    return (error as { details: { problems: { path: string }[] } }).details.problems.map(({ path }) => path);
  }
  return [];
};

describe('defineEvents', () => {
  it('makes a function of each event', () => {
    const events = defineEvents({
      started: { id: 1000, severity: 'info', message: 'Listening on %1' },
      slow: { id: 1001, severity: 'warn', message: '%1 took %2 ms', params: ['url', 'ms:number'] },
    });
    expect(events.started(3000).strings).toEqual(['3000']);
    expect(events.slow({ ms: 12, url: '/' }).strings).toEqual(['/', '12']);
    expect(events.slow({ ms: 12, url: '/' }).event).toMatchObject({ name: 'slow', id: 1001, severity: 'warn' });
  });

  it('leaves an empty place for what a program in plain JavaScript forgot', () => {
    const events = defineEvents({ two: { id: 1, severity: 'info', message: '%1 %2' } });
    expect((events.two as (...args: unknown[]) => { strings: readonly string[] })('one').strings).toEqual(['one', '']);
  });

  it('numbers categories from 1 on', () => {
    const events = defineEvents(
      { a: { id: 9, severity: 'success', message: 'a', category: 'second' } },
      { categories: { first: 'First', second: { en: 'Second', de: 'Zweite' } } },
    );
    expect(catalogData(events).events[0]?.category).toBe(2);
    expect(catalogData(events).categories[1]).toEqual({ name: 'second', texts: { en: 'Second', de: 'Zweite' } });
  });

  it('names everything that is wrong', () => {
    const define = defineEvents as (events: unknown, options?: unknown) => unknown;
    expect(
      problemsOf(() =>
        define(
          {
            a: { id: 70_000, severity: 'info', message: 'a' },
            b: { id: 5, severity: 'bad', message: 'b' },
            c: { id: 6, severity: 'info', message: { en: '%1', de: '%2' } },
            d: { id: 6, severity: 'info', message: '%1', params: ['x', 'y'] },
            e: { id: 1, severity: 'success', message: 'e', category: 'none' },
          },
          { categories: { one: 'One' } },
        ),
      ),
    ).toEqual([
      'events.a.id',
      'events.b.severity',
      'events.c.message',
      'events.d.id',
      'events.d.params',
      'events.e.id',
      'events.e.category',
    ]);
  });

  it('lets one id have several severities, as a message file does', () => {
    expect(
      problemsOf(() =>
        defineEvents({
          a: { id: 5, severity: 'info', message: 'a' },
          b: { id: 5, severity: 'error', message: 'b' },
        }),
      ),
    ).toEqual([]);
  });

  it('knows its own catalogues', () => {
    expect(() => catalogData({})).toThrow('must come from defineEvents()');
  });
});

describe('parameters of a text', () => {
  it.each([
    ['', 0],
    ['100 %', 0],
    ['%% %0 %%1', 0],
    ['%1', 1],
    ['%2 of %1!', 2],
    ['%99', 99],
    ['%100', 10],
  ])('%j has %i', (text, count) => {
    expect(countParameters(text)).toBe(count);
  });

  it('are filled in', () => {
    expect(fillIn('%1 is 100%% of %2, %3', ['a', 'b'])).toBe('a is 100% of b, %3');
  });
});
