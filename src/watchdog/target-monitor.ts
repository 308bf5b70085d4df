import type { Check, CheckOptions, CheckReport } from '../health/index.ts';
import type { Clock } from '../util/clock.ts';
import type { Duration } from '../util/duration.ts';
import { toMs } from '../util/duration.ts';
import type { WatchAction } from './actions/actions.ts';
import { eventSource } from './sources/event-source.ts';
import { heartbeatSource } from './sources/heartbeat-source.ts';
import { logSource } from './sources/log-source.ts';
import { type PolicyLimits, policyLimits } from './decision/policy.ts';
import { serviceSource } from './sources/service-source.ts';
import { initialWatch, type Signal, type WatchStatus } from './decision/step.ts';
import type { WatchdogOptions, WatchTarget } from './watchdog-options.ts';

/** A target at work: its status, its policy, and its sources as checks. */
export interface TargetMonitor {
  readonly target: WatchTarget;
  readonly limits: PolicyLimits;
  readonly actions: readonly WatchAction[];
  readonly actionTimeoutMs: number;
  /** Named `TARGET: CHECK`, so that one health runs them all. */
  readonly checks: readonly Check[];
  /** Forgets what was seen before an action. */
  readonly reset: () => void;
  status: WatchStatus;
  cancelWake: (() => void) | undefined;
}

export function createWatched(
  target: WatchTarget,
  options: WatchdogOptions,
  clock: Clock,
  now: number,
  tell: (source: string, signal: Signal) => void,
): TargetMonitor {
  const { service, heartbeat, log, events, keepRunning = false } = target;
  const checks: Check[] = [...(target.checks ?? [])];
  const teller =
    (source: string) =>
    (signal: Signal): void => {
      tell(source, signal);
    };
  if (service) checks.push(serviceSource(service, keepRunning, {}, teller('service')));
  if (heartbeat) {
    const rules = { target: target.name, keepRunning, hasService: service !== undefined };
    checks.push(heartbeatSource(heartbeat, rules, clock, teller('heartbeat')));
  }
  const hits = [
    ...(log ? [logSource(log, clock, teller('log'))] : []),
    ...(events ? [eventSource(events, clock, teller('events'))] : []),
  ];
  checks.push(...hits.map((source) => source.check));
  const actions = [target.actions ?? (service ? 'restart' : [])].flat();
  return {
    target,
    limits: policyLimits({ ...options.policy, ...target.policy }, actions.length > 0),
    actions,
    actionTimeoutMs: toMs(target.actionTimeout ?? '2m'),
    checks: checks.map((each) => renamed(each, target.name, options.interval ?? '5s')),
    reset: () => {
      for (const source of hits) source.reset();
    },
    status: initialWatch(now),
    cancelWake: undefined,
  };
}

/** A check under a name that no other target has. Its methods stay its own. */
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

/** What the state of a check means for its target. A warning is none of the watchdog's business. */
export function signalOfCheck({ state, failures, message }: CheckReport): Signal {
  const reason = message ?? '';
  if (state === 'unhealthy') return { level: 'bad', reason };
  const suspect = state === 'recovering' || (state === 'suspect' && failures > 0);
  return { level: suspect ? 'suspect' : 'good', reason };
}
