import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkServiceOptions } from '../../src/service/options/check-service-options.ts';
import { isPlain, ON } from '../../src/service/options/plain-options.ts';
import type { ServiceOptions } from '../../src/service/options/service-options.ts';
import { numRuns } from '../support/num-runs.ts';

const handler = (): void => {};
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    -1,
    0,
    '',
    ' a',
    'a/b',
    'a\u0000',
    handler,
    [],
    new Date(0),
    1n,
  ),
  fc.anything({ withNullPrototype: true }),
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('Orders', 'Bücher @ 1'),
);
const fn = fc.oneof({ weight: 4, arbitrary: fc.constant<unknown>(handler) }, odd);
const flag = fc.oneof({ weight: 4, arbitrary: fc.boolean() }, odd);
const duration = fc.oneof(fc.constantFrom<unknown>('30s', '5 m', 0, 1.5, 2 ** 31, '30', 'x'), odd);
const map = (keys: readonly string[], value: fc.Arbitrary<unknown>) =>
  fc.oneof(fc.dictionary(fc.constantFrom(...keys, '__proto__', 'constructor', 'other'), value, { maxKeys: 4 }), odd);

const options = fc.record(
  {
    name: text,
    displayName: text,
    description: text,
    instance: fc.oneof(flag, text),
    start: fn,
    stop: fn,
    pause: fn,
    resume: fn,
    on: map(ON, fn),
    notifications: fc.oneof(odd, fc.constant({ power: [] })),
    commands: map(
      ['a', 'b'],
      fc.oneof(
        fc.record({ code: fc.oneof(fc.integer({ min: 126, max: 257 }), odd), run: fn }, { requiredKeys: [] }),
        odd,
      ),
    ),
    timeouts: map(['start', 'stop', 'pause', 'preshutdown'], duration),
    hang: fc.oneof(flag, map(['timeout', 'action'], odd)),
    shutdown: fc.oneof(fc.constantFrom('shutdown', 'preshutdown'), odd),
    signals: flag,
    crashReport: flag,
    eventLog: flag,
    logging: fc.oneof(
      flag,
      fc.record(
        {
          dir: text,
          maxSize: fc.oneof(fc.integer(), fc.constantFrom('10M', '0M'), odd),
          maxFiles: fc.oneof(fc.integer(), odd),
          interval: fc.constantFrom('daily', 'weekly'),
          compress: flag,
          level: fc.constantFrom('info', 'fatal'),
          captureOutput: flag,
          other: odd,
        },
        { requiredKeys: [] },
      ),
    ),
    recoverAfterFailedStop: flag,
    install: odd,
    other: odd,
  },
  { requiredKeys: [] },
);

describe('isPlain', () => {
  it('accepts no options that the schema refuses', () => {
    fc.assert(
      fc.property(options, (given) => {
        if (isPlain(given))
          expect(() => {
            checkServiceOptions(given as unknown as ServiceOptions);
          }).not.toThrow();
      }),
      { numRuns },
    );
  });

  it.each<[string, object]>([
    ['the least', { name: 'A', start: handler }],
    ['a name with spaces, umlauts and @', { name: 'Bücher für alle @ 1', start: handler }],
    [
      'all handlers',
      { name: 'A', start: handler, stop: handler, pause: handler, resume: handler, on: { powerEvent: handler } },
    ],
    [
      'commands',
      { name: 'A', start: handler, commands: { a: { code: 128, run: handler }, b: { code: 255, run: handler } } },
    ],
    [
      'timeouts and logs',
      { name: 'A', start: handler, timeouts: { stop: '1m' }, logging: { dir: 'C:\\ä b', maxFiles: 3 } },
    ],
    [
      'switches',
      { name: 'A', start: handler, hang: false, logging: false, signals: false, eventLog: true, stop: undefined },
    ],
  ])('is true for %s: no schema is needed', (_what, given) => {
    expect(isPlain(given)).toBe(true);
  });

  it.each<[string, object]>([
    ['no name', { start: handler }],
    ['no start', { name: 'A' }],
    ['a name of undefined', { name: undefined, start: handler }],
    ['an unknown option', { name: 'A', start: handler, onStop: handler }],
    ['half a pause', { name: 'A', start: handler, pause: handler }],
    [
      'a code twice',
      { name: 'A', start: handler, commands: { a: { code: 128, run: handler }, b: { code: 128, run: handler } } },
    ],
    ['a command without run', { name: 'A', start: handler, commands: { a: { code: 128 } } }],
    [
      'a class of the app',
      new (class {
        name = 'A';
        start(): void {}
      })(),
    ],
    ['an option called __proto__', JSON.parse('{"name":"A","__proto__":{}}') as object],
    ['a list', []],
  ])('leaves %s to the schema', (_what, given) => {
    expect(isPlain(given)).toBe(false);
  });
});
