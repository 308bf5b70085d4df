import type { StartType } from '../../scm/service-config.ts';
import type { ImportPlan } from '../import-plan.ts';
import { type ProgramFiles, splitArguments, toNodeProgram } from '../node-program.ts';
import { PASSWORD, PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import type { SettingElement } from '../read/xml-tree.ts';
import { folderOf, parseFlag, parseProcessors, REALTIME } from '../values.ts';
import { takeServyRecovery } from './servy-recovery.ts';
import { lookUp } from '../../util/look-up.ts';

/** Values of an export of Servy by their names. */
export type ServyValues = ReadonlyMap<string, string>;

const MIB = 1_048_576;
const START_TYPES: Readonly<Record<string, StartType>> = { 2: 'auto', 3: 'demand', 4: 'disabled', 5: 'delayed' };
const PRIORITIES = ['idle', 'belowNormal', 'normal', 'aboveNormal', 'high', 'high'] as const;
const ROTATIONS = ['daily', 'weekly', 'monthly', 'none'] as const;

const HEALTH = 'winsvc watches the event loop itself (hang); for checks of an URL or port use the watchdog';
const NO_COMMAND = 'winsvc has no command at this point: use the start or a signal listener of the program';
const DROPPED: Readonly<Record<string, string>> = {
  EnableConsoleUI: 'a service of winsvc never has a console',
  EnableDebugLogs: 'use logging.level',
  UseLocalTimeForRotation: 'winsvc rotates at local midnight or the full hour',
  HeartbeatUrl: 'use a watchdog with a ping notifier',
  HeartbeatUrlTimeoutSeconds: 'use a watchdog with a ping notifier',
  EnableHeartbeatUrlFlags: 'use a watchdog with a ping notifier',
  PreLaunchEnvironmentVariables: 'the command gets the variables of the service',
  PreLaunchStdoutPath: 'the output goes to the log of the service',
  PreLaunchStderrPath: 'the output goes to the log of the service',
  PreLaunchRetryAttempts: 'the command runs once; the SCM starts the service again by its recovery actions',
  PreLaunchStartupDirectory: 'the command runs in the working folder of the program',
  PostStopStartupDirectory: 'the command runs in the working folder of the program',
  PostLaunchExecutablePath: NO_COMMAND,
  PostLaunchStartupDirectory: NO_COMMAND,
  PostLaunchParameters: NO_COMMAND,
  PreStopExecutablePath: NO_COMMAND,
  PreStopStartupDirectory: NO_COMMAND,
  PreStopParameters: NO_COMMAND,
  PreStopTimeoutSeconds: NO_COMMAND,
  PreStopLogAsError: NO_COMMAND,
  UserAccount: 'Servy exports no account: give one with --account',
  Password: PASSWORD,
  RunAsLocalSystem: 'give the account with --account',
  Pid: 'is a state, no setting',
  PreviousStopTimeout: 'is a state, no setting',
  ActiveStdoutPath: 'is a state, no setting',
  ActiveStderrPath: 'is a state, no setting',
  EnableHealthMonitoring: HEALTH,
  MaxFailedChecks: HEALTH,
};

/** Values of an export, XML or JSON in the same form. Empty ones are left out: they are not set. */
export function readServy(root: SettingElement): ServyValues {
  return new Map(root.children.filter(({ text }) => text !== '').map(({ name, text }) => [name, text]));
}

/** Translates an export of Servy. @throws ServiceError INVALID_OPTIONS when its program isn't Node.js */
export function importServy(values: ServyValues, files: ProgramFiles): ImportPlan {
  const plan = new PlanBuilder('servy');
  const get = (name: string): string | undefined => values.get(name);
  const file = get('ExecutablePath') ?? '';
  const cwd = get('StartupDirectory') ?? folderOf(file);
  const { program, why } = toNodeProgram(file, splitArguments(get('Parameters') ?? ''), cwd, files);
  plan.program('ExecutablePath', program, why);
  plan.host(values.has('StartupDirectory') ? 'StartupDirectory' : 'StartupDirectory (default)', 'cwd', cwd);
  const handled = new Set([
    ...['ExecutablePath', 'StartupDirectory', ...takeServyRecovery(plan, values)],
    ...takeCommands(plan, values),
  ]);
  for (const [name, text] of values) if (!handled.has(name) && !takeValue(plan, values, name, text)) drop(plan, name);
  return plan.build();
}

function drop(plan: PlanBuilder, name: string): void {
  plan.drop(name, lookUp(DROPPED, name) ?? UNKNOWN);
}

/** Takes a setting by its name. Returns `false` for one without a counterpart. */
function takeValue(plan: PlanBuilder, values: ServyValues, name: string, text: string): boolean {
  const number = Number(text);
  switch (name) {
    case 'Name':
      plan.spec(name, 'name', text);
      break;
    case 'DisplayName':
      plan.spec(name, 'displayName', text);
      break;
    case 'Description':
      plan.spec(name, 'description', text);
      break;
    case 'Parameters':
      plan.note(name, 'spec.program');
      break;
    case 'StartupType': {
      const type = lookUp(START_TYPES, text);
      if (type) plan.spec(name, 'startType', type);
      else plan.drop(name, `${text} is not a start type`);
      break;
    }
    case 'ServiceDependencies':
      plan.spec(name, 'dependencies', splitList(text));
      break;
    case 'EnvironmentVariables':
      takeVariables(plan, name, text);
      break;
    case 'StartTimeout':
    case 'StopTimeout':
      if (number > 0) plan.host(name, name === 'StartTimeout' ? 'timeouts.start' : 'timeouts.stop', number * 1_000);
      else plan.drop(name, `${text} is not a number of seconds`);
      break;
    case 'Priority': {
      const priority = PRIORITIES[number];
      if (priority) plan.host(name, 'priority', priority, number === 5 ? REALTIME : undefined);
      else plan.drop(name, `${text} is not a priority`);
      break;
    }
    case 'CpuAffinity': {
      const processors = parseProcessors(text);
      if (processors) plan.host(name, 'affinity', processors);
      else plan.drop(name, `"${text}" is not a list of processors`);
      break;
    }
    default:
      return takeLogging(plan, values, name, text);
  }
  return true;
}

function takeLogging(plan: PlanBuilder, values: ServyValues, name: string, text: string): boolean {
  const number = Number(text);
  const dir = folderOf(values.get('StdoutPath') ?? values.get('StderrPath') ?? '');
  switch (name) {
    case 'StdoutPath':
    case 'StderrPath':
      if (folderOf(text) === dir) plan.host(name, 'logging.dir', dir, 'winsvc names the files after the service');
      else plan.drop(name, `winsvc has one folder for the logs of a service: ${dir}`);
      break;
    case 'EnableSizeRotation':
      plan.note(name, 'host.logging', parseFlag(text) === true ? undefined : 'winsvc always rotates, at 10 MiB');
      break;
    case 'RotationSize':
      if (number > 0) plan.host(name, 'logging.maxSize', number * MIB);
      else plan.drop(name, `${text} is not a number of MB`);
      break;
    case 'EnableDateRotation':
      plan.note(name, 'host.logging.interval');
      break;
    case 'DateRotationType': {
      const type = ROTATIONS[number] ?? 'none';
      if (parseFlag(values.get('EnableDateRotation') ?? 'false') !== true || type === 'none')
        plan.note(name, 'no rotation by time');
      else
        plan.host(name, 'logging.interval', 'daily', type === 'daily' ? undefined : 'winsvc rotates every hour or day');
      break;
    }
    case 'MaxRotations':
      if (number > 0) plan.host(name, 'logging.maxFiles', number);
      else plan.host(name, 'logging.maxFiles', 1_000, 'winsvc always has a limit');
      break;
    default:
      return false;
  }
  return true;
}

function takeCommands(plan: PlanBuilder, values: ServyValues): readonly string[] {
  const before = values.get('PreLaunchExecutablePath');
  const after = values.get('PostStopExecutablePath');
  const args = (name: string): readonly string[] => splitArguments(values.get(name) ?? '');
  if (before !== undefined) {
    const seconds = Number(values.get('PreLaunchTimeoutSeconds') ?? 30);
    const timeout = seconds > 0 ? { timeout: seconds * 1_000 } : {};
    const command = { file: before, args: args('PreLaunchParameters'), ...timeout };
    plan.command('PreLaunchExecutablePath', 'before', command);
    if (values.has('PreLaunchParameters')) plan.note('PreLaunchParameters', 'host.before');
    if (values.has('PreLaunchTimeoutSeconds'))
      plan.note('PreLaunchTimeoutSeconds', 'host.before', seconds > 0 ? undefined : WAIT);
    if (values.has('PreLaunchIgnoreFailure')) {
      const ignores = parseFlag(values.get('PreLaunchIgnoreFailure')) === true;
      plan.note('PreLaunchIgnoreFailure', 'host.before', ignores ? 'a command that fails fails the start' : undefined);
    }
  }
  if (after !== undefined) {
    plan.command('PostStopExecutablePath', 'after', { file: after, args: args('PostStopParameters') });
    if (values.has('PostStopParameters')) plan.note('PostStopParameters', 'host.after');
  }
  return [
    ...(before === undefined
      ? []
      : ['PreLaunchExecutablePath', 'PreLaunchParameters', 'PreLaunchTimeoutSeconds', 'PreLaunchIgnoreFailure']),
    ...(after === undefined ? [] : ['PostStopExecutablePath', 'PostStopParameters']),
  ];
}
const WAIT = 'the start waits for the command, for at most 30 s';

function takeVariables(plan: PlanBuilder, setting: string, text: string): void {
  for (const item of splitList(text)) {
    const at = item.indexOf('=');
    if (at > 0) plan.variable(`${setting} ${item.slice(0, at)}`, item.slice(0, at), item.slice(at + 1));
    else plan.drop(`${setting} ${item}`, 'is not key=value');
  }
}

/** Items between semicolons; `\;` is a semicolon. */
function splitList(text: string): readonly string[] {
  return text
    .split(/(?<!\\)[;\r\n]/)
    .map((item) => item.replaceAll('\\;', ';').trim())
    .filter((item) => item !== '');
}
