import type { PlanBuilder } from '../plan-builder.ts';
import { parseFlag } from '../values.ts';
import { splitArguments } from '../node-program.ts';
import { quoteArgument } from '../../manager/index.ts';

const HEALTH = 'the SCM acts at once when the process ends; nothing is counted';
const LIMIT = 'the SCM counts failures within a day, not attempts in a row';
const DELAYS_MS = [1_000, 10_000, 60_000];
const ACTIONS = ['none', 'restart', 'restart', 'reboot'] as const;

/** Takes what happens after a failure. Returns the names that it has taken. */
export function takeServyRecovery(plan: PlanBuilder, values: ReadonlyMap<string, string>): readonly string[] {
  const monitors = parseFlag(values.get('EnableHealthMonitoring') ?? 'false') === true;
  const action = monitors ? (ACTIONS[Number(values.get('RecoveryAction') ?? 1)] ?? 'none') : 'none';
  const attempts = Number(values.get('MaxRestartAttempts') ?? 0);
  const failureProgram = values.get('FailureProgramPath');
  const command =
    failureProgram === undefined
      ? undefined
      : [failureProgram, ...splitArguments(values.get('FailureProgramParameters') ?? '')].map(quoteArgument).join(' ');
  const last = command === undefined ? 'none' : 'runCommand';
  const count = attempts > 0 ? Math.min(attempts, DELAYS_MS.length) : DELAYS_MS.length;
  const repeated = DELAYS_MS.slice(0, count).map((delay) => ({ type: action, delay }));
  const actions = action === 'none' ? [] : attempts > 0 ? [...repeated, { type: last, delay: 0 } as const] : repeated;
  const uses = actions.some(({ type }) => type === 'runCommand');
  const setting = values.has('RecoveryAction') ? 'RecoveryAction' : 'RecoveryAction (default)';
  const why = Number(values.get('RecoveryAction')) === 2 ? 'the service restarts, which is a new process' : undefined;
  plan.spec(setting, 'recovery', { actions, ...(uses && command !== undefined && { command }) }, why);
  if (parseFlag(values.get('RecoveryOnCleanExit') ?? 'false') === true)
    plan.note('RecoveryOnCleanExit', 'spec.recovery');
  else {
    const isSet = values.has('RecoveryOnCleanExit');
    plan.exitCode(isSet ? 'RecoveryOnCleanExit' : 'RecoveryOnCleanExit (default)', 0, 'stopped');
  }
  if (values.has('EnableHealthMonitoring')) plan.note('EnableHealthMonitoring', 'spec.recovery', HEALTH);
  if (values.has('MaxRestartAttempts')) plan.note('MaxRestartAttempts', 'spec.recovery', LIMIT);
  for (const name of ['HeartbeatInterval', 'MaxFailedChecks'])
    if (values.has(name)) plan.note(name, 'spec.recovery', HEALTH);
  for (const name of ['FailureProgramPath', 'FailureProgramParameters']) {
    if (!values.has(name)) continue;
    if (uses) plan.note(name, 'spec.recovery.command');
    else plan.drop(name, 'runs after a limited number of restarts only, and there is none');
  }
  if (values.has('FailureProgramStartupDirectory'))
    plan.drop('FailureProgramStartupDirectory', 'the SCM runs the command in System32');
  return [
    ...['RecoveryAction', 'RecoveryOnCleanExit', 'EnableHealthMonitoring', 'MaxRestartAttempts', 'HeartbeatInterval'],
    ...['MaxFailedChecks', 'FailureProgramPath', 'FailureProgramParameters', 'FailureProgramStartupDirectory'],
  ];
}
