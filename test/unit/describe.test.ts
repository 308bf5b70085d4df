import * as fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describe as describeValue, describeThrown } from '../../src/util/describe.ts';
import { formatJsonLine } from '../../src/util/json-line.ts';
import { describeError, formatLine } from '../../src/util/line-log.ts';
import { tidyStack } from '../../src/util/tidy-stack.ts';
import { toError } from '../../src/util/to-error.ts';
import { toPlain } from '../../src/util/to-plain.ts';
import { fail, revoked, withGetter } from '../support/hostile.ts';
import { numRuns } from '../support/num-runs.ts';

function circle(): Error {
  const [a, b] = [new Error('a'), new Error('b')];
  a.cause = b;
  b.cause = a;
  return a;
}
/** Each level has the one below 70 times: 70 to the 6th when each is written out. */
function shared(): object {
  let value: object = { end: true };
  for (let level = 0; level < 6; level++) {
    const inner = value;
    value = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`field${i}`, inner]));
  }
  return value;
}

const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'its own cause': selfCaused,
  'two that cause each other': circle,
  'a throwing message': () => withGetter('message'),
  'a throwing stack': () => withGetter('stack'),
  'a throwing name': () => withGetter('name'),
  'a throwing cause': () => withGetter('cause'),
  'a throwing field': () => withGetter('details'),
  'a message that is no text': () => Object.assign(new Error('x'), { message: { toString: fail } }),
  'a throwing toJSON': () => Object.assign(new Error('x'), { details: { toJSON: fail } }),
  'a throwing toJSON of its own': () => ({ toJSON: fail }),
  'a throwing inspect.custom': () => ({ [inspect.custom]: fail }),
  'an error with a throwing inspect.custom': () => Object.assign(new Error('x'), { [inspect.custom]: fail }),
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of an error': () => revoked(new Error('x')),
  'a field that is a revoked proxy': () => Object.assign(new Error('x'), { details: revoked({}) }),
  'a proxy whose keys throw': () => new Proxy({}, { ownKeys: fail, getPrototypeOf: fail }),
  'shared references': shared,
  'an error with shared references': () => Object.assign(new Error('x'), { details: shared() }),
  'a million fields': () => Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`f${i}`, i])),
  'a list that never ends': () => Object.assign([1], { length: 2 ** 32 - 1 }),
  'a set that never ends': () =>
    Object.assign(new Set(), {
      *[Symbol.iterator]() {
        for (;;) yield 1;
      },
    }),
  'a text of 40 Mi characters': () => ({ text: 'x'.repeat(40 * 2 ** 20) }),
  'a buffer of 10 MiB': () => Buffer.alloc(10 * 2 ** 20),
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  'errors 10,000 deep': () =>
    Array.from({ length: 10_000 }).reduce<Error>((cause) => new Error('deep', { cause }), new Error('end')),
  undefined: () => undefined,
  'a symbol': () => Symbol('x'),
};
function selfCaused(): Error {
  const error = new Error('self');
  error.cause = error;
  return error;
}

/** Everything that formats what an app gives, with the longest text that it may return. */
const FORMATTERS: Readonly<Record<string, (value: unknown) => string>> = {
  describe: (value) => describeValue(value),
  describeThrown,
  describeError: (value) => describeError(value, 'message'),
  toError: (value) => toError(value).message,
  toPlain: (value) => JSON.stringify(toPlain(value)) || 'undefined',
  'a line of the file, as error': (error) => formatJsonLine('Orders', 'error', 'message', { error }),
  'a line of the file, as data': (value) =>
    formatJsonLine('Orders', 'error', 'message', value as Record<string, unknown>),
  'a line of the console, as error': (error) => formatLine('error', 'message', { error }),
  'a line of the console, as data': (value) => formatLine('error', 'message', { value }),
};

describe.each(Object.entries(FORMATTERS))('%s', (_name, format) => {
  it.each(Object.entries(HOSTILE))('neither throws nor takes long: %s', (_what, make) => {
    const value = make();
    const began = process.cpuUsage();
    const text = format(value);
    const { user } = process.cpuUsage(began);
    expect(typeof text).toBe('string');
    expect(text.length).toBeLessThan(2_000_000);
    // Processor time, not time: the machine may be busy. One of these took 9.9 s.
    expect(user / 1e3).toBeLessThan(2_500);
  });

  it('takes anything (property)', () => {
    const value = fc.anything({
      withBigInt: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withTypedArray: true,
    });
    const thrown = fc.oneof(
      value,
      fc.tuple(fc.string(), value).map(([message, cause]) => new Error(message, { cause })),
    );
    fc.assert(
      fc.property(thrown, (any) => {
        expect(typeof format(any)).toBe('string');
      }),
      { numRuns },
    );
  });
});

describe('a stack', () => {
  const own = import.meta.url.replace(/test\/unit\/describe\.test\.ts.*$/, 'src/service/runner.ts');

  it("has the app's frames first, ours as one line, and paths instead of URLs", () => {
    const stack = [
      'Error: no database',
      `    at ServiceRunner.call (${own}:10:5)`,
      '    at connect (file:///opt/my%20app/db%C3%A9.js:3:7)',
      `    at async ServiceRunner.run (${own}:20:5)`,
    ].join('\n');
    const expected = process.platform === 'win32' ? /db/ : /at connect \(\/opt\/my app\/dbé\.js:3:7\)/;
    const lines = tidyStack(stack).split('\n');
    expect(lines[1]).toMatch(expected);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('    … 2 frames of winsvc');
  });

  it('keeps one that has no frame of the app', () => {
    const stack = `Error: x\n    at step (${own}:10:5)`;
    expect(tidyStack(stack).split('\n')).toHaveLength(2);
  });
});
