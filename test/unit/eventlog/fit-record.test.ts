import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRecord, MAX_RECORD_BYTES, MAX_STRINGS } from '../../../src/eventlog/write/fit-record.ts';
import type { EventRecord } from '../../../src/scm/event-log.ts';
import { numRuns } from '../../support/num-runs.ts';

const record = (strings: string[], data?: Uint8Array): EventRecord => ({
  severity: 'info',
  eventId: 1,
  category: 0,
  strings,
  data,
  user: undefined,
});
const bytes = ({ strings, data }: EventRecord): number =>
  strings.reduce((sum, text) => sum + (text.length + 1) * 2, 0) + (data?.length ?? 0);

describe('fitRecord', () => {
  it('leaves what fits as it is', () => {
    expect(fitRecord(record(['one', 'two']), true)).toEqual([record(['one', 'two'])]);
  });

  it('splits a long message at line ends, and numbers the parts', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `${index} ${'x'.repeat(30)}\n`).join('');
    const parts = fitRecord(record([lines]), true);
    const texts = parts.map(({ strings }) => strings[0] ?? '');
    expect(texts.map((text) => /^\[\d+\/\d+\] /.exec(text)?.[0])).toEqual(['[1/3] ', '[2/3] ', '[3/3] ']);
    expect(texts.map((text) => text.replace(/^\[\d+\/\d+\] /, '')).join('')).toBe(lines);
    expect(texts[0]?.endsWith('\n')).toBe(true);
  });

  it('cuts after sixteen parts, with a mark', () => {
    const parts = fitRecord(record(['y'.repeat(2_000_000)]), true);
    expect(parts).toHaveLength(16);
    expect(parts[15]?.strings[0]).toMatch(/y … \[cut: \d+ characters in all\]$/);
  });

  it('cuts the longest parameters of an event, and leaves the short ones whole', () => {
    const [fitted] = fitRecord(record(['short', 'a'.repeat(50_000), 'b'.repeat(20_000)]), false);
    expect(fitted?.strings[0]).toBe('short');
    expect(fitted?.strings[1]).toMatch(/a … \[cut: 50000 characters in all\]$/);
    expect(bytes(fitted!)).toBeLessThanOrEqual(MAX_RECORD_BYTES);
  });

  it('cuts raw data with a mark, and the message stays', () => {
    const [fitted] = fitRecord(record(['message'], new Uint8Array(100_000)), true);
    expect(fitted?.strings[0]).toMatch(/^message\r\n\[data cut: \d+ of 100000 bytes\]$/);
    expect(bytes(fitted!)).toBeLessThanOrEqual(MAX_RECORD_BYTES);
  });

  it('joins what is more than the protocol takes', () => {
    const [fitted] = fitRecord(record(Array.from({ length: 300 }, (_, index) => String(index))), false);
    expect(fitted?.strings).toHaveLength(MAX_STRINGS);
    expect(fitted?.strings.at(-1)).toMatch(/^255\r\n256[^]*299$/);
  });

  it('replaces a NUL, which would end the string', () => {
    expect(fitRecord(record(['a\0b']), true)[0]?.strings).toEqual(['a\u2400b']);
  });

  it('keeps Event Viewer from filling in a %1 that is meant', () => {
    expect(fitRecord(record(['100%1 and /a%20b', '%2']), true)[0]?.strings).toEqual([
      '100%\u20601 and /a%20b',
      '%\u20602',
    ]);
  });

  it('is within the limits, whatever it is given, and cuts no character in two', () => {
    const text = fc
      .tuple(fc.constantFrom('a', '🙂', '\n', '%1', '\0'), fc.nat(40_000))
      .map(([unit, n]) => unit.repeat(n));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.nat(90_000), fc.boolean(), (strings, data, split) => {
        const parts = fitRecord(record(strings, data > 0 ? new Uint8Array(data) : undefined), split);
        expect(parts.length).toBeGreaterThan(0);
        for (const part of parts) {
          expect(bytes(part)).toBeLessThanOrEqual(MAX_RECORD_BYTES);
          expect(part.strings.join('')).not.toMatch(/\p{Surrogate}/u);
        }
      }),
      { numRuns: Math.ceil(numRuns / 15) },
    );
  });
});
