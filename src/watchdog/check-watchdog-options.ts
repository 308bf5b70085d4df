import * as z from 'zod/mini';
import { checkOptions, isObject, type OptionProblem } from '../errors/check-options.ts';
import { findCircle } from '../util/find-circle.ts';
import { clock, duration, flag, fn, interval, objectWith, oneOf, text, wholeNumber } from '../util/option-types.ts';
import { commandProblem } from './actions/command.ts';
import { maintenanceSchema } from './decision/maintenance.ts';
import { policySchema } from './decision/policy.ts';
import { patternProblem } from './sources/pattern-problem.ts';
import type { WatchdogOptions, WatchTarget } from './watchdog-options.ts';

const action = z.union(
  [
    z.enum(['restart', 'start', 'stop']),
    z.strictObject({ run: text, args: z.optional(z.array(z.string())), cwd: z.optional(text) }),
    z.strictObject({ name: text, call: fn }),
  ],
  "must be 'restart', 'start', 'stop', { run } or { name, call }",
);
const object = z.custom((value) => typeof value === 'object' && value !== null, 'must be an object');
const eventLevel = oneOf('critical', 'error', 'warn', 'info', 'verbose');
const sid = z.string().check(z.regex(/^S-\d+(-\d+)+$/i, 'must be a SID such as S-1-5-18'));
const matchShape = {
  patterns: z.optional(
    z
      .array(z.union([text, z.instanceof(RegExp)], 'must be a RegExp or a text'))
      .check(z.minLength(1, 'must not be empty')),
  ),
  codes: z.optional(
    z.array(z.union([text, z.int()], 'must be a text or a whole number')).check(z.minLength(1, 'must not be empty')),
  ),
  count: z.optional(wholeNumber(1, 1_000)),
  within: z.optional(interval),
  clearAfter: z.optional(interval),
};
const target = z.strictObject({
  name: text,
  service: z.optional(objectWith('status', 'start', 'stop', 'restart')),
  keepRunning: z.optional(flag),
  checks: z.optional(z.array(objectWith('run'), 'must be a list of checks')),
  heartbeat: z.optional(
    z.strictObject({ receiver: objectWith('sender'), sender: z.optional(text), firstWithin: z.optional(interval) }),
  ),
  log: z.optional(
    z
      .strictObject({ file: text, every: z.optional(interval), ...matchShape })
      .check(z.refine((log) => (log.patterns ?? log.codes) !== undefined, 'must have patterns or codes')),
  ),
  events: z.optional(
    z
      .strictObject({
        read: fn,
        log: z.optional(text),
        source: z.optional(z.union([text, z.array(text)], 'must be a name, or several')),
        ids: z.optional(z.array(wholeNumber(0, 65_535), 'must be a list of numbers')),
        level: z.optional(
          z.union(
            [eventLevel, z.array(eventLevel)],
            "must be 'critical', 'error', 'warn', 'info' or 'verbose', or a list",
          ),
        ),
        user: z.optional(z.union([sid, z.array(sid)], 'must be a SID such as S-1-5-18, or several')),
        ...matchShape,
      })
      .check(
        z.refine(
          ({ ids, level, patterns, codes }) => [ids, level, patterns, codes].some((each) => each !== undefined),
          'must have ids, level, patterns or codes: else every event would be a failure',
        ),
      ),
  ),
  actions: z.optional(z.union([action, z.array(action)], 'must be an action or a list of actions')),
  actionTimeout: z.optional(interval),
  dependsOn: z.optional(z.array(text, 'must be a list of names')),
  policy: z.optional(policySchema),
  maintenance: z.optional(maintenanceSchema),
});
const schema = z.strictObject({
  targets: z.array(target, 'must be a list of targets'),
  policy: z.optional(policySchema),
  interval: z.optional(interval),
  thresholds: z.optional(object),
  notify: z.optional(z.array(objectWith('notify'), 'must be a list of notifiers')),
  groupFor: z.optional(duration),
  notifyLimit: z.optional(z.strictObject({ count: wholeNumber(1), per: interval })),
  maintenance: z.optional(maintenanceSchema),
  stateFile: z.optional(text),
  dryRun: z.optional(flag),
  concurrency: z.optional(wholeNumber(1)),
  actionsAtOnce: z.optional(wholeNumber(1)),
  clock: z.optional(clock),
  random: z.optional(fn),
});

/** Checks the options of `createWatchdog`. @throws ServiceError INVALID_OPTIONS */
export function checkWatchdogOptions(options: WatchdogOptions): void {
  checkOptions('createWatchdog', schema, options, () => {
    const { targets } = options as { targets?: unknown };
    return Array.isArray(targets) && targets.every(isObject)
      ? targetProblems(targets as unknown as readonly WatchTarget[])
      : [];
  });
}

function targetProblems(targets: readonly WatchTarget[]): OptionProblem[] {
  const byName = new Map(targets.map((its) => [its.name, its]));
  const problems = targets.flatMap((its, index) => oneTarget(its, `targets.${index}`, byName));
  const twice = targets.filter(({ name }, index) => targets.findIndex((other) => other.name === name) < index);
  for (const { name } of twice) problems.push({ path: 'targets', message: `the name "${name}" is taken twice` });
  const circle = findCircle([...byName.keys()], (name) => listOf(byName.get(name)?.dependsOn));
  if (circle) problems.push({ path: 'targets', message: `depend on each other in a circle: ${circle.join(' → ')}` });
  return problems;
}

function oneTarget(its: WatchTarget, path: string, byName: ReadonlyMap<string, WatchTarget>): OptionProblem[] {
  const problems: OptionProblem[] = [];
  if (!(its.service ?? its.heartbeat ?? its.log ?? its.events ?? its.checks?.length)) {
    problems.push({ path, message: 'has nothing to watch: give it a service, checks, a heartbeat, a log or events' });
  }
  const needsService = [its.actions ?? []].flat().filter((each) => typeof each === 'string');
  if (needsService.length > 0 && !its.service) {
    problems.push({ path: `${path}.actions`, message: `${needsService.join(', ')} needs a service` });
  }
  for (const [index, each] of [its.actions ?? []].flat().entries()) {
    const problem = typeof each === 'object' && 'run' in each ? commandProblem(each) : undefined;
    if (problem !== undefined) problems.push({ path: `${path}.actions.${index}`, message: problem });
  }
  for (const source of ['log', 'events'] as const) {
    for (const [index, pattern] of listOf(its[source]?.patterns).entries()) {
      const problem = patternProblem(pattern);
      if (problem !== undefined) problems.push({ path: `${path}.${source}.patterns.${index}`, message: problem });
    }
  }
  for (const name of listOf(its.dependsOn)) {
    if (!byName.has(name)) problems.push({ path: `${path}.dependsOn`, message: `there is no target "${name}"` });
  }
  return problems;
}

/** The list, or an empty one for a value that the schema refuses. */
function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}
