import * as z from 'zod/mini';
import { checkOptions, type OptionProblem } from '../errors/check-options.ts';
import type { Clock } from '../util/clock.ts';
import { findCircle } from '../util/find-circle.ts';
import type { Duration } from '../util/duration.ts';
import { clock, fn, interval, number, objectWith, wholeNumber } from '../util/option-types.ts';
import type { Check, Thresholds } from './check.ts';
import { thresholdsSchema } from './check-options.ts';

/** Options of `createHealth`. */
export interface HealthOptions {
  /** Checks to run. Each needs a name of its own. */
  readonly checks: readonly Check[];
  /** Defaults for checks that don't set an option themselves. */
  readonly thresholds?: Thresholds;
  /** Most checks at a time. Default 50. One that takes longer than `slowAfter` gives its place to others. */
  readonly concurrency?: number;
  /** Time after which a running check gives its place to others. Default 1 s. */
  readonly slowAfter?: Duration;
  /** Part of an interval by which a run is moved at random, so that checks don't run in step: 0 to 1. Default 0.1. */
  readonly jitter?: number;
  /** Source of time, for tests. Default: the system's. */
  readonly clock?: Clock;
  /** Source of random numbers from 0 up to 1, for tests. Default `Math.random`. */
  readonly random?: () => number;
}

const schema = z.strictObject({
  checks: z.array(objectWith('run'), 'must be a list of checks'),
  thresholds: z.optional(thresholdsSchema),
  concurrency: z.optional(wholeNumber(1)),
  slowAfter: z.optional(interval),
  jitter: z.optional(number(0, 1)),
  clock: z.optional(clock),
  random: z.optional(fn),
});

/** @throws ServiceError INVALID_OPTIONS */
export function checkHealthOptions(options: HealthOptions): void {
  checkOptions('createHealth', schema, options, () =>
    Array.isArray(options.checks) ? nameProblems(options.checks) : [],
  );
}

/** Names that are taken twice, dependencies that don't exist, circles. */
function nameProblems(checks: readonly Check[]): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const byName = new Map<string, Check>();
  checks.forEach((check, index) => {
    if (byName.has(check.name))
      problems.push({ path: `checks.${index}`, message: `the name "${check.name}" is taken` });
    byName.set(check.name, check);
  });
  checks.forEach((check, index) => {
    for (const name of check.options.dependsOn ?? []) {
      if (!byName.has(name))
        problems.push({ path: `checks.${index}.dependsOn`, message: `there is no check "${name}"` });
    }
  });
  const circle = findCircle([...byName.keys()], (name) => byName.get(name)?.options.dependsOn ?? []);
  if (circle) problems.push({ path: 'checks', message: `depend on each other in a circle: ${circle.join(' → ')}` });
  return problems;
}
