import { describe, expect, it } from 'vitest';
import { durationMs, formatMs, MAX_DURATION_MS, toMs } from '../../src/util/duration.ts';

describe('durationMs', () => {
  it.each([
    [250, 250],
    [0, 0],
    [1.6, 2],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['5 m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    [' 1s ', 1_000],
    [MAX_DURATION_MS, MAX_DURATION_MS],
  ])('reads %j as %d ms', (value, ms) => {
    expect(durationMs(value)).toBe(ms);
  });

  it.each([-1, Number.NaN, Infinity, MAX_DURATION_MS + 1, '', '30', '30 sec', '-1s', '1e3s', '25d', null, {}, true])(
    'refuses %j',
    (value) => {
      expect(durationMs(value)).toBeUndefined();
    },
  );
});

describe('toMs', () => {
  it('names what is wrong with the duration that a caller passed', () => {
    expect(() => toMs('soon' as '1s', 'timeout')).toThrow(
      new RangeError(`timeout must be milliseconds or a text such as '30s', '5m', '2h'; got "soon"`),
    );
  });
});

describe('formatMs', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_540, '1.5 s'],
    [90_000, '90 s'],
    [120_000, '2 min'],
    [150_000, '2.5 min'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});
