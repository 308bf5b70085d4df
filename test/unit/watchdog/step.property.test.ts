import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyLimits } from '../../../src/watchdog/decision/policy.ts';
import { canWatchdogTransition } from '../../../src/watchdog/decision/states.ts';
import {
  type Effect,
  initialWatch,
  type SignalLevel,
  type Surroundings,
  type WatchEvent,
  type WatchStatus,
} from '../../../src/watchdog/decision/watch-status.ts';
import { stepWatch } from '../../../src/watchdog/decision/step.ts';
import { numRuns } from '../../support/num-runs.ts';

const limits = fc.record<PolicyLimits>({
  debounceMs: fc.integer({ min: 0, max: 20_000 }),
  backoffMs: fc.integer({ min: 0, max: 30_000 }),
  maxBackoffMs: fc.integer({ min: 0, max: 120_000 }),
  stableAfterMs: fc.integer({ min: 0, max: 300_000 }),
  limitCount: fc.integer({ min: 1, max: 6 }),
  limitPerMs: fc.integer({ min: 1_000, max: 600_000 }),
  quietMs: fc.integer({ min: 1, max: 600_000 }),
  graceMs: fc.integer({ min: 0, max: 60_000 }),
  acts: fc.constant(true),
});

/** What happens to a target: signals of three sources, the ends of actions, holds, the watchdog's own restarts. */
const happening = fc.record({
  afterMs: fc.integer({ min: 0, max: 30_000 }),
  source: fc.constantFrom('a', 'b', 'c'),
  level: fc.constantFrom<SignalLevel[]>('good', 'suspect', 'bad', 'bad', 'bad', 'off'),
  kind: fc.constantFrom('signal', 'signal', 'signal', 'acted', 'failedAction', 'tick', 'hold', 'release', 'reborn'),
});

interface Run {
  readonly actedAt: number[];
  readonly effects: { at: number; effect: Effect; status: WatchStatus }[];
}

/** Plays a story; wakes fall due as they were asked for. */
function play(
  story: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[],
  policy: PolicyLimits,
): Run {
  const run: Run = { actedAt: [], effects: [] };
  let now = 1_000_000;
  let status = initialWatch(now);
  let held: Surroundings['held'];
  let wakeAt: number | undefined;

  function feed(event: WatchEvent): void {
    const step = stepWatch(status, event, { now, held }, policy);
    status = step.status;
    for (const effect of step.effects) {
      run.effects.push({ at: now, effect, status });
      if (effect.type === 'act') run.actedAt.push(now);
      if (effect.type === 'wake') wakeAt = effect.at;
    }
  }
  for (const { afterMs, source, level, kind } of story) {
    const until = now + afterMs;
    for (let wakes = 0; wakeAt !== undefined && wakeAt <= until && wakes < 1_000; wakes += 1) {
      now = Math.max(now, wakeAt);
      wakeAt = undefined;
      feed({ type: 'tick' });
    }
    now = until;
    if (kind === 'signal') feed({ type: 'signal', source, signal: { level, reason: 'r' } });
    else if (kind === 'acted') feed({ type: 'acted', error: undefined });
    else if (kind === 'failedAction') feed({ type: 'acted', error: 'e' });
    else if (kind === 'tick') feed({ type: 'tick' });
    else if (kind === 'hold') held = { by: 'db', until: undefined, silent: false };
    else if (kind === 'release') held = undefined;
    else status = initialWatch(now, status);
  }
  return run;
}

const stories = fc.array(happening, { minLength: 1, maxLength: 200 });

describe('for any sequence of failures', () => {
  it('no time of the limit has more actions than the limit', () => {
    fc.assert(
      fc.property(stories, limits, (story, policy) => {
        const { actedAt } = play(story, policy);
        for (const [index, at] of actedAt.entries()) {
          const before = actedAt.slice(0, index + 1).filter((other) => other > at - policy.limitPerMs);
          expect(before.length).toBeLessThanOrEqual(policy.limitCount);
        }
      }),
      { numRuns: 2 * numRuns },
    );
  });

  it('two actions in a row are apart by the backoff', () => {
    fc.assert(
      fc.property(stories, limits, (story, policy) => {
        const { actedAt, effects } = play(story, policy);
        const acts = effects.filter(({ effect }) => effect.type === 'act');
        for (const [index, { at, effect }] of acts.entries()) {
          const attempt = effect.type === 'act' ? effect.attempt : 0;
          if (attempt < 2) continue;
          const pause = Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** (attempt - 2));
          expect(at - actedAt[index - 1]!).toBeGreaterThanOrEqual(pause);
        }
      }),
      { numRuns },
    );
  });

  it('the states move as the table says, and quiet and off mean that nothing is done', () => {
    fc.assert(
      fc.property(stories, limits, (story, policy) => {
        for (const { effect, status } of play(story, policy).effects) {
          if (effect.type === 'moved') expect(canWatchdogTransition(effect.from, effect.to)).toBe(true);
          if (effect.type === 'act') expect(status).toMatchObject({ state: 'recovering', acting: true });
        }
      }),
      { numRuns },
    );
  });

  it('whatever failed is either acted on, or has a time at which it will be looked at again, or is held', () => {
    fc.assert(
      fc.property(stories, limits, (story, policy) => {
        const { effects } = play([...story, { afterMs: 0, source: 'a', level: 'bad', kind: 'signal' }], policy);
        const last = effects.at(-1)!.status;
        if (last.state !== 'failed' && last.state !== 'quiet') return;
        const at = effects.at(-1)!.at;
        const hope = effects.some((each) => each.at === at && each.effect.type === 'wake');
        expect(hope || last.heldBy !== undefined || last.acting).toBe(true);
      }),
      { numRuns },
    );
  });
});
