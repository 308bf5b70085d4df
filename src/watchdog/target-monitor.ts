import { ServiceError } from '../errors/service-error.ts';
import type { Check, CheckOptions, CheckReport } from '../health/index.ts';
import type { Clock } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';
import { toError } from '../util/to-error.ts';
import type { WatchAction } from './actions/actions.ts';
import { type PolicyLimits, policyLimits } from './decision/policy.ts';
import { initialWatch, type Signal, type WatchStatus } from './decision/watch-status.ts';
import { eventSource } from './sources/event-source.ts';
import { heartbeatSource } from './sources/heartbeat-source.ts';
import { logSource } from './sources/log-source.ts';
import { serviceSource } from './sources/service-source.ts';
import type { Report, Source } from './sources/source.ts';
import type { WatchdogOptions, WatchTarget } from './watchdog-options.ts';

/** Target at work: its status, its policy, and its sources as checks. */
export interface TargetMonitor {
  readonly target: WatchTarget;
  readonly limits: PolicyLimits;
  readonly actions: readonly WatchAction[];
  readonly actionTimeoutMs: number;
  /** Named `TARGET: CHECK`, so that one health runs the checks of all targets. */
  readonly checks: readonly Check[];
  /** Sources that report to the target themselves: `service`, `heartbeat`, `log`, `events`. */
  readonly reporting: ReadonlySet<string>;
  /** Prepares the sources before the first run. @throws ServiceError INVALID_OPTIONS for patterns that can't be run */
  readonly prepare: () => Promise<void>;
  /** Forgets what was observed before an action. */
  readonly reset: () => void;
  status: WatchStatus;
  cancelWake: (() => void) | undefined;
}

/** Sets up a target with its sources. `report` receives what a source observed. */
export function createTargetMonitor(
  target: WatchTarget,
  options: WatchdogOptions,
  clock: Clock,
  report: (source: string, signal: Signal) => void,
): TargetMonitor {
  const { service, heartbeat, log, events, keepRunning = false } = target;
  const reportAs =
    (source: string): Report =>
    (signal) => {
      report(source, signal);
    };
  const rules = { target: target.name, keepRunning, hasService: service !== undefined };
  const sources: Source[] = [
    ...(service ? [serviceSource(service, keepRunning, reportAs('service'))] : []),
    ...(heartbeat ? [heartbeatSource(heartbeat, rules, clock, reportAs('heartbeat'))] : []),
    ...(log ? [logSource(log, clock, reportAs('log'))] : []),
    ...(events ? [eventSource(events, clock, reportAs('events'))] : []),
  ];
  const checks = [...(target.checks ?? []), ...sources.map(({ check }) => check)];
  const actions = [target.actions ?? (service ? 'restart' : [])].flat();
  return {
    target,
    limits: policyLimits({ ...options.policy, ...target.policy }, actions.length > 0),
    actions,
    actionTimeoutMs: toMs(target.actionTimeout ?? '2m'),
    checks: checks.map((each) => renamed(each, target.name, options.interval ?? '5s')),
    reporting: new Set(sources.map(({ check }) => check.name)),
    prepare: () => prepare(target.name, sources),
    reset: () => {
      for (const source of sources) source.reset?.();
    },
    status: initialWatch(clock.now()),
    cancelWake: undefined,
  };
}

async function prepare(target: string, sources: readonly Source[]): Promise<void> {
  try {
    for (const source of sources) await source.prepare?.();
  } catch (thrown) {
    const { message } = toError(thrown);
    throw new ServiceError('INVALID_OPTIONS', `watchdog.start: target "${target}": ${message}.`, { cause: thrown });
  }
}

/** Check under a name that no other target has. Its methods keep their `this`. */
function renamed(check: Check, target: string, interval: Duration): Check {
  const { dependsOn } = check.options;
  const options: CheckOptions = {
    interval,
    ...check.options,
    ...(dependsOn && { dependsOn: dependsOn.map((name) => `${target}: ${name}`) }),
  };
  return {
    name: `${target}: ${check.name}`,
    kind: check.kind,
    options,
    run: (context) => check.run(context),
    start: () => check.start?.(),
    stop: () => check.stop?.(),
  };
}

/** Signal for the state of a check. A warning is no failure. */
export function signalOfCheck({ state, failures, message }: CheckReport): Signal {
  const reason = message ?? '';
  if (state === 'unhealthy') return { level: 'bad', reason };
  const suspect = state === 'recovering' || (state === 'suspect' && failures > 0);
  return { level: suspect ? 'suspect' : 'good', reason };
}
