import * as z from 'zod/mini';
import { checkOptions, isObject, type OptionProblem } from '../errors/check-options.ts';
import type { Check, Thresholds } from '../health/index.ts';
import { findCircle } from '../util/find-circle.ts';
import type { Clock } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import { clock, duration, flag, fn, interval, objectWith, oneOf, text, wholeNumber } from '../util/option-types.ts';
import type { WatchAction } from './actions/actions.ts';
import type { WatchedEvents } from './sources/event-source.ts';
import type { WatchedHeartbeat } from './sources/heartbeat-source.ts';
import type { WatchedLog } from './sources/log-source.ts';
import { type MaintenanceWindow, maintenanceSchema } from './decision/maintenance.ts';
import type { Notifier } from './notify/notice.ts';
import { policySchema, type WatchPolicy } from './decision/policy.ts';
import type { WatchedService } from './sources/service-source.ts';

/** Something that is watched. At least one source: `service`, `checks`, `heartbeat`, `log` or `events`. */
export interface WatchTarget {
  /** What it is called in notices, and in the state file. */
  readonly name: string;
  /** Its service: its state and exit code are a source, and the actions go to it. `scm.service('Orders')` */
  readonly service?: WatchedService;
  /** A clean stop is a failure too. Default `false`: who stops a service on purpose is left in peace. */
  readonly keepRunning?: boolean;
  /** Checks of `winsvc/health`. */
  readonly checks?: readonly Check[];
  readonly heartbeat?: WatchedHeartbeat;
  readonly log?: WatchedLog;
  /** Events of the Windows event log: `{ read: readEvents, source: 'Orders', level: 'error' }` */
  readonly events?: WatchedEvents;
  /** What is done when it failed; the second in a row is the second one, and so on. Default `'restart'`, without a service nothing. */
  readonly actions?: WatchAction | readonly WatchAction[];
  /** An action that takes longer has failed. Default 2 min. */
  readonly actionTimeout?: Duration;
  /** Targets that must be normal before this one is acted on. */
  readonly dependsOn?: readonly string[];
  /** Instead of what the watchdog has, setting by setting. */
  readonly policy?: WatchPolicy;
  /** Beside those of the watchdog. */
  readonly maintenance?: readonly MaintenanceWindow[];
}

/** Options of `createWatchdog`. */
export interface WatchdogOptions {
  readonly targets: readonly WatchTarget[];
  readonly policy?: WatchPolicy;
  /** How often services are asked, and checks that don't say. Default 5 s. */
  readonly interval?: Duration;
  /** When a check is believed. Default: 3 failures in a row, confirmed by 2 more within half a second; 2 passes. */
  readonly thresholds?: Thresholds;
  readonly notify?: readonly Notifier[];
  /** Notices within so long are one message. Default 5 s. */
  readonly groupFor?: Duration;
  /** Messages of each notifier in any such time; what comes beyond is in the next one. Default 20 in 10 min. */
  readonly notifyLimit?: { readonly count: number; readonly per: Duration };
  readonly maintenance?: readonly MaintenanceWindow[];
  /** Where counts are kept, so that a restart of the watchdog forgets none. Default: nowhere. */
  readonly stateFile?: string;
  /** Says what it would do, and does nothing. Default `false`. */
  readonly dryRun?: boolean;
  /** Checks that may run at once. Default 50. */
  readonly concurrency?: number;
  /** Actions that may be under way at once. Default 4. */
  readonly actionsAtOnce?: number;
  /** Default: the real time. */
  readonly clock?: Clock;
  /** A number from 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
}

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
const hitShape = {
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
      .strictObject({ file: text, every: z.optional(interval), ...hitShape })
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
        ...hitShape,
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

/** @throws ServiceError INVALID_OPTIONS */
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
  const circle = findCircle([...byName.keys()], (name) => byName.get(name)?.dependsOn ?? []);
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
  for (const name of its.dependsOn ?? []) {
    if (!byName.has(name)) problems.push({ path: `${path}.dependsOn`, message: `there is no target "${name}"` });
  }
  return problems;
}
