import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Beat, parseBeat } from '../../../src/heartbeat/beat.ts';
import { decodeBeat, encodeBeat } from '../../../src/heartbeat/codec.ts';
import { NO_RHYTHM, patienceMs, phi, stepRhythm } from '../../../src/heartbeat/detector.ts';
import { takeBeat } from '../../../src/heartbeat/sender-state.ts';

const KEY = 'a key of at least 16 bytes';
const beat = (fields: Partial<Beat> = {}): Beat => ({
  id: 'orders',
  boot: 'b1',
  seq: 1,
  time: 1_000_000,
  pid: 7,
  end: false,
  payload: { jobs: 3 },
  ...fields,
});
const OPTIONS = { replayWindowMs: 60_000, restored: false };

describe('the codec', () => {
  it('gives back what was sent', () => {
    expect(decodeBeat(encodeBeat(beat(), KEY), KEY)).toEqual({ beat: beat() });
    expect(decodeBeat(encodeBeat(beat(), undefined), undefined)).toEqual({ beat: beat() });
  });

  it('refuses another key, no key, and any change of the text', () => {
    const line = encodeBeat(beat(), KEY);
    expect(decodeBeat(line, 'some other key of 16+ bytes')).toEqual({ refused: 'forged' });
    expect(decodeBeat(encodeBeat(beat(), undefined), KEY)).toEqual({ refused: 'forged' });
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.constantFrom('0', 'x', ' ', '"'), (at, letter) => {
        const changed = line.slice(0, at) + letter + line.slice(at + 1);
        fc.pre(changed !== line);
        expect('refused' in decodeBeat(changed, KEY)).toBe(true);
      }),
    );
  });

  it('takes no text that is not a heartbeat', () => {
    fc.assert(fc.property(fc.json(), (text) => parseBeat(text) === undefined));
    for (const wrong of [{ id: '' }, { id: 'a\nb' }, { seq: -1 }, { seq: 1.5 }, { time: NaN }, { boot: 3 as never }]) {
      expect(parseBeat(JSON.stringify(beat(wrong)))).toBeUndefined();
    }
    expect(decodeBeat(`- ${'x'.repeat(70_000)}`, undefined)).toEqual({ refused: 'malformed' });
  });
});

describe('takeBeat', () => {
  const first = () => (takeBeat(undefined, beat(), 1_000_000, OPTIONS) as { record: never }).record;

  it('counts what came, what is missing, and restarts', () => {
    const later = takeBeat(first(), beat({ seq: 4, time: 1_005_000 }), 1_005_000, OPTIONS);
    expect(later).toMatchObject({
      record: { received: 2, missed: 2, restarts: 0, rhythm: { count: 1, meanMs: 5_000 } },
    });
    const reborn = takeBeat(first(), beat({ boot: 'b2', time: 1_005_000 }), 1_005_000, OPTIONS);
    expect(reborn).toMatchObject({ record: { restarts: 1, missed: 0, rhythm: { count: 0 } } });
    expect(takeBeat(first(), beat({ seq: 2, end: true }), 1_000_000, OPTIONS)).toMatchObject({
      record: { state: 'ended' },
    });
  });

  it('refuses replays, also of an earlier life, and what is too old or from the future', () => {
    expect(takeBeat(first(), beat(), 1_000_001, OPTIONS)).toEqual({ refused: 'replayed' });
    expect(takeBeat(first(), beat({ boot: 'b0', seq: 99 }), 1_000_001, OPTIONS)).toEqual({ refused: 'replayed' });
    expect(takeBeat(undefined, beat(), 1_060_001, OPTIONS)).toEqual({ refused: 'stale' });
    expect(takeBeat(undefined, beat(), 939_999, OPTIONS)).toEqual({ refused: 'stale' });
  });
});

describe('the detector', () => {
  const OPTIONS = { kind: 'phi', threshold: 8, minDeviationMs: 100, pauseMs: 0, firstTimeoutMs: 15_000 } as const;
  const rhythmOf = (gaps: readonly number[]) => gaps.reduce(stepRhythm, NO_RHYTHM);

  it('has a phi near 1, 3, 8 where a normal distribution has chances of 1/10, 1/1000, 1e-8', () => {
    for (const [deviations, expected] of [
      [1.2816, 1],
      [3.0902, 3],
      [5.612, 8],
    ] as const) {
      expect(phi(deviations)).toBeGreaterThan(expected * 0.93);
      expect(phi(deviations)).toBeLessThan(expected * 1.2);
    }
  });

  it('is patient with an unsteady sender and quick with a steady one', () => {
    const steady = patienceMs(rhythmOf(Array<number>(50).fill(1_000)), OPTIONS);
    const unsteady = patienceMs(rhythmOf(Array.from({ length: 50 }, (_, n) => (n % 2 ? 400 : 1_600))), OPTIONS);
    expect(steady).toBeGreaterThan(1_300);
    expect(steady).toBeLessThan(1_700);
    expect(unsteady).toBeGreaterThan(3_500);
    expect(patienceMs(rhythmOf([1_000]), OPTIONS)).toBe(15_000);
    expect(patienceMs(NO_RHYTHM, { kind: 'timeout', timeoutMs: 3 })).toBe(3);
  });
});
