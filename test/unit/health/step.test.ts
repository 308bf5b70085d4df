import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canHealthTransition } from '../../../src/health/states.ts';
import {
  initialStatus,
  nextDelayMs,
  stepHealth,
  type ThresholdLimits,
  type Verdict,
} from '../../../src/health/run/step.ts';
import { numRuns } from '../../support/num-runs.ts';

const LIMITS: ThresholdLimits = { failures: 3, window: undefined, successes: 2, confirm: 0, confirmEveryMs: 250 };

function run(verdicts: string, limits: Partial<ThresholdLimits> = {}) {
  const named: Record<string, Verdict> = { p: 'pass', w: 'warn', f: 'fail' };
  let status = initialStatus(0);
  return Array.from(verdicts, (letter, index) => {
    status = stepHealth(status, named[letter]!, index * 1_000, { ...LIMITS, ...limits });
    return status.state;
  });
}

describe('stepHealth', () => {
  it('goes healthy → suspect → unhealthy → recovering → healthy', () => {
    expect(run('pfffpp')).toEqual(['healthy', 'suspect', 'suspect', 'unhealthy', 'recovering', 'healthy']);
  });

  it('forgets failures at a pass, and falls back while recovering at the first failure', () => {
    expect(run('pffpff')).toEqual(['healthy', 'suspect', 'suspect', 'healthy', 'suspect', 'suspect']);
    expect(run('fffpf').at(-1)).toBe('unhealthy');
  });

  it('believes many failures within the window, with passes between them', () => {
    const window = { failures: 3, ofMs: 5_000 };
    expect(run('fpfpf', { window }).at(-1)).toBe('unhealthy');
    expect(run('fpppfpppf', { window }).at(-1)).toBe('suspect');
  });

  it('makes a warning suspect and never unhealthy', () => {
    expect(run('pwwwwwp')).toEqual(['healthy', 'suspect', 'suspect', 'suspect', 'suspect', 'suspect', 'healthy']);
  });

  it('asks for confirmations, quickly', () => {
    expect(run('pfffff', { confirm: 2 })).toEqual(['healthy', 'suspect', 'suspect', 'suspect', 'suspect', 'unhealthy']);
    const limits = { ...LIMITS, confirm: 2 };
    let status = initialStatus(0);
    const delays = [1, 2, 3, 4, 5].map((at) => {
      status = stepHealth(status, 'fail', at, limits);
      return nextDelayMs(status, 5_000, limits);
    });
    expect(delays).toEqual([5_000, 5_000, 250, 250, 5_000]);
  });

  it('makes no move that the table does not have, and never calls a lone failure unhealthy', () => {
    const limits = fc.record({
      failures: fc.integer({ min: 1, max: 4 }),
      successes: fc.integer({ min: 1, max: 4 }),
      confirm: fc.integer({ min: 0, max: 3 }),
      confirmEveryMs: fc.constant(250),
      window: fc.option(
        fc.record({ failures: fc.integer({ min: 1, max: 5 }), ofMs: fc.integer({ min: 1, max: 9_000 }) }),
        {
          nil: undefined,
        },
      ),
    });
    const verdicts = fc.array(fc.constantFrom<Verdict[]>('pass', 'warn', 'fail'), { maxLength: 60 });
    fc.assert(
      fc.property(limits, verdicts, (its, all) => {
        let status = initialStatus(0);
        all.forEach((verdict, index) => {
          const next = stepHealth(status, verdict, index * 1_000, its);
          if (next.state !== status.state) expect(canHealthTransition(status.state, next.state)).toBe(true);
          if (next.state === 'unhealthy') expect(verdict).toBe('fail');
          if (next.state === 'healthy') expect(verdict).toBe('pass');
          status = next;
        });
      }),
      { numRuns },
    );
  });
});
