import { describe, expectTypeOf, it } from 'vitest';
import { defineEvents, type EventLog, type EventOccurrence } from 'winsvc/eventlog';

declare const log: EventLog;

const events = defineEvents(
  {
    started: { id: 1000, severity: 'info', message: 'Listening on %1' },
    moved: { id: 1001, severity: 'warn', message: { en: '%2 moved to %1', de: 'Nach %1 ging %2' }, category: 'disk' },
    plain: { id: 1002, severity: 'error', message: '100 %% sure' },
    many: { id: 1003, severity: 'info', message: '%1 %12' },
    named: { id: 1004, severity: 'info', message: '%1 took %2 ms', params: ['url', 'ms:number'] },
  },
  { categories: { disk: 'Disk' } },
);

describe('an event', () => {
  it('takes as many parameters as its message has', () => {
    expectTypeOf(events.started).parameters.toHaveProperty('length').toEqualTypeOf<1>();
    expectTypeOf(events.moved).parameters.toHaveProperty('length').toEqualTypeOf<2>();
    expectTypeOf(events.plain).parameters.toEqualTypeOf<[]>();
    expectTypeOf(events.many).parameters.toHaveProperty('length').toEqualTypeOf<12>();
    // @ts-expect-error one is missing
    events.started();
    // @ts-expect-error one too many
    events.started('a', 'b');
    // @ts-expect-error a percent sign is no parameter
    events.plain('a');
    // @ts-expect-error what can't be written
    events.started({});
  });

  it('takes an object where its parameters have names', () => {
    expectTypeOf(events.named).parameters.toEqualTypeOf<[values: { readonly url: string; readonly ms: number }]>();
    // @ts-expect-error the type is wrong
    events.named({ url: '/', ms: 'long' });
    // @ts-expect-error a name is missing
    events.named({ url: '/' });
  });

  it('has its severity in its type', () => {
    expectTypeOf(events.moved('a', 1)).toEqualTypeOf<EventOccurrence<'warn'>>();
    log.warn(events.moved('a', 1));
    // @ts-expect-error a warning is no error
    log.error(events.moved('a', 1));
    // @ts-expect-error the catalogue says which id it has
    log.warn(events.moved('a', 1), { id: 5 });
  });
});

describe('defineEvents', () => {
  it('refuses names that are more or fewer than the parameters', () => {
    // @ts-expect-error a name too few
    defineEvents({ a: { id: 1, severity: 'info', message: '%1 %2', params: ['one'] } });
    // @ts-expect-error a name too many
    defineEvents({ a: { id: 1, severity: 'info', message: '%1', params: ['one', 'two'] } });
  });

  it('refuses a category that does not exist', () => {
    // @ts-expect-error there is none of this name
    defineEvents({ a: { id: 1, severity: 'info', message: 'a', category: 'dsk' } }, { categories: { disk: 'Disk' } });
    // @ts-expect-error there are none at all
    defineEvents({ a: { id: 1, severity: 'info', message: 'a', category: 'disk' } });
  });
});
