import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Beat, parseBeat } from '../../../src/heartbeat/beat.ts';
import { decodeBeat, encodeBeat } from '../../../src/heartbeat/codec.ts';
import { NO_RHYTHM, patienceMs, phi, stepRhythm } from '../../../src/heartbeat/detector.ts';
import { checkPayload, createPayloadBudget } from '../../../src/heartbeat/payload.ts';
import { isSenderId } from '../../../src/heartbeat/sender-id.ts';
import { takeBeat } from '../../../src/heartbeat/sender-state.ts';
import { numRuns } from '../../support/num-runs.ts';

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
const at = (now: number) => ({ now, monotonic: now, replayWindowMs: 60_000 });

describe('the codec', () => {
  it('gives back what was sent', () => {
    expect(decodeBeat(encodeBeat(beat(), KEY), KEY)).toMatchObject({ beat: beat() });
    expect(decodeBeat(encodeBeat(beat(), undefined), undefined)).toMatchObject({ beat: beat() });
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
      { numRuns },
    );
  });

  it('takes no text that is not a heartbeat', () => {
    fc.assert(
      fc.property(fc.json(), (text) => parseBeat(text) === undefined),
      { numRuns },
    );
    for (const wrong of [{ id: '' }, { id: 'a\nb' }, { seq: -1 }, { seq: 1.5 }, { time: NaN }, { boot: 3 as never }]) {
      expect(parseBeat(JSON.stringify(beat(wrong)))).toBeUndefined();
    }
    expect(decodeBeat(`- ${'x'.repeat(70_000)}`, undefined)).toEqual({ refused: 'malformed' });
  });
});

describe('takeBeat', () => {
  const first = () => (takeBeat(undefined, beat(), at(1_000_000)) as { record: never }).record;

  it('counts what came, what is missing, and restarts', () => {
    const later = takeBeat(first(), beat({ seq: 4, time: 1_005_000 }), at(1_005_000));
    expect(later).toMatchObject({
      record: { received: 2, missed: 2, restarts: 0, rhythm: { count: 1, meanMs: 5_000 } },
    });
    const reborn = takeBeat(first(), beat({ boot: 'b2', time: 1_005_000 }), at(1_005_000));
    expect(reborn).toMatchObject({ record: { restarts: 1, missed: 0, rhythm: { count: 0 } } });
    expect(takeBeat(first(), beat({ seq: 2, end: true }), at(1_000_000))).toMatchObject({
      record: { state: 'ended' },
    });
  });

  const take = (known: never, change: Partial<Beat>, now: number, monotonic = now) =>
    takeBeat(known, beat(change), { ...at(now), monotonic }) as { record: never; refused?: string };

  it('refuses replays, also of earlier processes, and what is too old or from the future', () => {
    expect(take(first(), {}, 1_000_001)).toEqual({ refused: 'replayed' });
    let record = first();
    for (const boot of ['b2', 'b3', 'b4']) record = take(record, { boot }, 1_000_001).record;
    for (const boot of ['b1', 'b2', 'b3', 'b4'])
      expect(take(record, { boot }, 1_000_002)).toEqual({ refused: 'replayed' });
    expect(take(undefined as never, {}, 1_060_001)).toEqual({ refused: 'stale' });
    expect(take(undefined as never, {}, 939_999)).toEqual({ refused: 'stale' });
  });

  it('accepts a new process after the clock was set back, and the same one after a heartbeat from the future', () => {
    const hour = 3_600_000;
    const late = take(undefined as never, { time: 10 * hour }, 10 * hour).record;
    expect(take(late, { boot: 'b2', time: 8 * hour }, 8 * hour)).toMatchObject({ record: { restarts: 1 } });
    const ahead = take(first(), { boot: 'evil', time: 1_059_000 }, 1_000_001).record;
    expect(take(ahead, { seq: 2, time: 1_000_002 }, 1_000_002)).toMatchObject({ record: { state: 'alive' } });
  });

  it('learns the rhythm by monotonic time, whatever the time of day does', () => {
    const later = take(first(), { seq: 2, time: 1_030_000 }, 1_030_000, 1_005_000);
    expect(later).toMatchObject({ record: { rhythm: { meanMs: 5_000 }, lastAt: 1_030_000 } });
  });

  it('names two processes with one id, counts no restarts for them, and forgets it when one is gone', () => {
    let record = first();
    for (let seq = 2; seq < 40; seq += 1) {
      record = take(record, { boot: seq % 2 ? 'b1' : 'b2', pid: seq % 2 ? 11 : 22, seq }, 1_000_000 + seq).record;
    }
    expect(record).toMatchObject({ restarts: 1, duplicates: [22, 11] });
    for (let seq = 40; seq < 51; seq += 1) record = take(record, { boot: 'b2', pid: 22, seq }, 1_000_000 + seq).record;
    expect(record).toMatchObject({ restarts: 1, duplicates: [] });
  });
});

describe('the id of a sender', () => {
  it.each(['orders', 'Aufträge 1', '订单', 'a/b:c', '😀', 'x'.repeat(200)])('%j is one', (id) => {
    expect(isSenderId(id)).toBe(true);
  });
  it.each([
    '',
    ' ',
    'x'.repeat(201),
    'a\nb',
    'a\u0085b',
    'a\u202eb',
    'a\u2066b',
    'a\ud800b',
    'a\udc00b',
    '\ufeffa',
    'a\u200bb',
    'a\u007f',
    3,
    undefined,
  ])('%j is none', (id) => {
    expect(isSenderId(id)).toBe(false);
    expect(parseBeat(JSON.stringify(beat({ id: id as string })))).toBeUndefined();
  });
});

describe('a payload', () => {
  const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  it.each([
    [() => deep(30_000)],
    [() => deep(40)],
    [() => 'x'.repeat(70_000)],
    [() => ({ n: 1n })],
    [
      () => {
        const a: unknown[] = [];
        a.push(a);
        return a;
      },
    ],
    [
      () => ({
        toJSON() {
          throw new Error('no');
        },
      }),
    ],
  ])('that can not be sent is refused before it is sent', (make) => {
    expect(() => checkPayload(make())).toThrow();
  });
  it.each([[{ a: [1, { b: null }] }], ['x'], [undefined], [() => 1]])('%j is sent', (value) => {
    expect(checkPayload(value)).toEqual(typeof value === 'function' ? undefined : value);
  });
  it('that is too deep is left out of a heartbeat that came', () => {
    const text = JSON.stringify(beat({ payload: undefined })).replace(
      /}$/,
      `,"payload":${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
    );
    expect(parseBeat(text)).toMatchObject({ id: beat().id, payload: undefined });
  });
  it('of all senders together is bounded', () => {
    const budget = createPayloadBudget();
    const payload = 'x'.repeat(60_000);
    const kept = Array.from({ length: 20_000 }, (_, n) => budget.keep(`s${n}`, payload.length)).filter(Boolean).length;
    expect(kept * 60_000).toBeLessThan(34_000_000);
    expect(budget.keep('s0', payload.length)).toBe(true);
    expect(budget.keep('new', 5)).toBe(true);
    budget.keep('s1', 0);
    expect(budget.keep('new', payload.length)).toBe(true);
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
