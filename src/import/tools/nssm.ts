import { win32 } from 'node:path';
import type { RegistryData, RegistryTree } from '../../scm/registry-tree.ts';
import type { InstalledServiceConfig } from '../../scm/service-config.ts';
import type { ImportPlan } from '../import-plan.ts';
import { type ProgramFiles, splitArguments, toNodeProgram } from '../node-program.ts';
import { PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import { keepService } from '../keep-service.ts';
import { folderOf, parseProcessors, REALTIME, toInterval, toText } from '../values.ts';
import { lookUp } from '../../util/look-up.ts';

/** A service of NSSM or srvany: its SCM configuration, and the key `Parameters` of its registry key. */
export interface NssmService {
  readonly config: InstalledServiceConfig;
  readonly parameters: RegistryTree;
  /** Replaces `%NAME%`, as NSSM does when it reads a value. */
  expand(text: string): string;
}

/** Default of AppStopMethodConsole, AppStopMethodWindow and AppStopMethodThreads, and of AppThrottle. */
const DEFAULT_MS = 1_500;
/** Priority classes. https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-setpriorityclass */
const PRIORITIES = {
  64: 'idle',
  16384: 'belowNormal',
  32: 'normal',
  32768: 'aboveNormal',
  128: 'high',
  256: 'high',
} as const;
const REALTIME_CLASS = 256;
const SKIP_CONSOLE = 1;

/** Settings that have no counterpart, with the reason. */
const DROPPED: Readonly<Record<string, string>> = {
  AppStdin: 'a service has no input',
  AppTimestampLog: 'the log lines of winsvc have a time; captured output is kept as it is',
  AppNoConsole: 'a service of winsvc never has a console',
  AppRedirectHook: 'the commands have their output in the log already',
  AppStdinShareMode: 'a service has no input',
  AppStdinCreationDisposition: 'a service has no input',
  AppStdinFlagsAndAttributes: 'a service has no input',
  AppStdoutShareMode: 'the log files of winsvc can always be read while they are written',
  AppStderrShareMode: 'the log files of winsvc can always be read while they are written',
  AppStdoutCreationDisposition: 'the log files of winsvc are appended to and rotated',
  AppStderrCreationDisposition: 'the log files of winsvc are appended to and rotated',
  AppStdoutFlagsAndAttributes: 'the log files of winsvc have the attributes of their folder',
  AppStderrFlagsAndAttributes: 'the log files of winsvc have the attributes of their folder',
  AppStdoutCopyAndTruncate: 'winsvc rotates by renaming, which loses no line',
  AppStderrCopyAndTruncate: 'winsvc rotates by renaming, which loses no line',
  AppRotateDelay: 'winsvc rotates without a pause',
  AppStopMethodWindow: 'a Node.js program has no window to close',
  AppStopMethodThreads: 'a Node.js program has no message queue',
};
const EVENTS_DROPPED: Readonly<Record<string, string>> = {
  'Start\\Post': 'winsvc has no command after the start',
  'Stop\\Pre': 'winsvc has no command before the stop: use a signal listener of the program, or stop.request',
  'Rotate\\Pre': 'winsvc runs no command at a rotation',
  'Rotate\\Post': 'winsvc runs no command at a rotation',
  'Power\\Change': 'winsvc runs no command at power events: use currentService().on in the program',
  'Power\\Resume': 'winsvc runs no command at power events: use currentService().on in the program',
};

/** Translates a service of NSSM or srvany. @throws ServiceError INVALID_OPTIONS when its program isn't Node.js */
export function importNssm({ config, parameters, expand }: NssmService, files: ProgramFiles): ImportPlan {
  const plan = new PlanBuilder('nssm');
  const values = new Map(Object.entries(parameters.values));
  const take = (name: string): RegistryData | undefined => {
    const found = [...values.keys()].find((key) => key.toLowerCase() === name.toLowerCase());
    const value = found === undefined ? undefined : values.get(found);
    if (found !== undefined) values.delete(found);
    return value;
  };
  const text = (name: string): string | undefined => {
    const value = take(name);
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = take(name);
    return typeof value === 'number' ? value : undefined;
  };

  keepService(plan, config);
  const application = expand(text('Application') ?? '');
  const directory = expand(text('AppDirectory') ?? win32.dirname(application));
  const parametersText = text('AppParameters');
  const { program, why } = toNodeProgram(application, splitArguments(expand(parametersText ?? '')), directory, files);
  plan.program('Application', program, why);
  if (parametersText !== undefined) plan.note('AppParameters', 'spec.program');
  plan.host('AppDirectory', 'cwd', directory);
  takeEnvironment(plan, take);
  takeExits(plan, parameters, number);
  takeStop(plan, number);
  takeOutput(plan, text, number, expand);
  const priority = number('AppPriority');
  if (priority !== undefined) {
    const name = PRIORITIES[priority as keyof typeof PRIORITIES] as
      (typeof PRIORITIES)[keyof typeof PRIORITIES] | undefined;
    if (name) plan.host('AppPriority', 'priority', name, priority === REALTIME_CLASS ? REALTIME : undefined);
    else plan.drop('AppPriority', `${priority} is not a priority class`);
  }
  const affinity = text('AppAffinity');
  if (affinity !== undefined && affinity.toLowerCase() !== 'all') {
    const processors = parseProcessors(affinity);
    if (processors) plan.host('AppAffinity', 'affinity', processors);
    else plan.drop('AppAffinity', `"${affinity}" is not a list of processors`);
  } else if (affinity !== undefined) plan.note('AppAffinity', 'all processors, as by default');
  takeEvents(plan, keyOf(parameters, 'AppEvents'));
  for (const name of values.keys()) plan.drop(name === '' ? '(Default)' : name, droppedReason(name));
  for (const name of Object.keys(parameters.keys))
    if (!/^(?:AppExit|AppEvents)$/i.test(name)) plan.drop(`${name}\\`, UNKNOWN);
  return plan.build();
}

function droppedReason(name: string): string {
  return Object.entries(DROPPED).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1] ?? UNKNOWN;
}

function keyOf(tree: RegistryTree, name: string): RegistryTree | undefined {
  return Object.entries(tree.keys).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

type Take = (name: string) => RegistryData | undefined;
type TakeNumber = (name: string) => number | undefined;
type TakeText = (name: string) => string | undefined;

function takeEnvironment(plan: PlanBuilder, take: Take): void {
  for (const setting of ['AppEnvironment', 'AppEnvironmentExtra']) {
    const lines = take(setting);
    if (lines === undefined) continue;
    const why =
      setting === 'AppEnvironment' ? 'NSSM gives the program these variables only; here they are added' : undefined;
    for (const line of typeof lines === 'string' ? [lines] : Array.isArray(lines) ? (lines as readonly string[]) : []) {
      const at = line.indexOf('=', 1);
      if (at > 0) plan.variable(`${setting} ${line.slice(0, at)}`, line.slice(0, at), line.slice(at + 1), why);
      else plan.drop(`${setting} ${line}`, 'is not NAME=value');
    }
  }
}

/** NSSM restarts the program itself; here the SCM does. */
function takeExits(plan: PlanBuilder, parameters: RegistryTree, number: TakeNumber): void {
  const delay = number('AppRestartDelay');
  const throttle = number('AppThrottle');
  const exits = keyOf(parameters, 'AppExit')?.values ?? {};
  const rest = toText(exits[''] ?? 'Restart').toLowerCase();
  if (rest === 'restart') {
    const first = delay !== undefined && delay > 0 ? delay : 1_000;
    const actions = delay ? [first] : [first, 10_000, 60_000];
    plan.spec('AppExit', 'recovery', { actions: actions.map((ms) => ({ type: 'restart', delay: ms })) }, RESTART);
    plan.spec('AppExit (restart)', 'recoverOnFailureExit', true);
  } else if (rest === 'exit' || rest === 'ignore') {
    plan.spec('AppExit', 'recovery', { actions: [] }, rest === 'ignore' ? IGNORE : undefined);
    plan.exitCode('AppExit (code 0)', 0, 'stopped');
  } else plan.note('AppExit', 'the recovery of the service, as it is');
  for (const [code, action] of Object.entries(exits)) {
    if (code === '') continue;
    const wanted = toText(action).toLowerCase();
    const setting = `AppExit ${code}`;
    if (!/^\d+$/.test(code)) plan.drop(setting, 'is not an exit code');
    else if (wanted === 'exit') plan.exitCode(setting, Number(code), 'stopped');
    else if (wanted === 'ignore') plan.exitCode(setting, Number(code), 'stopped', IGNORE);
    else if (wanted === 'suicide') plan.exitCode(setting, Number(code), 'failed');
    else if (rest === 'restart') plan.exitCode(setting, Number(code), 'failed');
    else plan.drop(setting, 'restarts for some exit codes only: the SCM restarts after each failure or after none');
  }
  if (delay !== undefined) plan.note('AppRestartDelay', 'spec.recovery', rest === 'restart' ? undefined : NO_RESTART);
  if (throttle !== undefined) plan.note('AppThrottle', 'spec.recovery', THROTTLE);
}
const RESTART = 'the SCM restarts the service, which ends the process; NSSM restarts the program within the service';
const IGNORE = 'the service stops; NSSM would leave it running without a program';
const NO_RESTART = 'nothing is restarted, so there is no delay';
const THROTTLE = 'restarts are slowed down by the delays of the recovery actions, however long the program ran';

function takeStop(plan: PlanBuilder, number: TakeNumber): void {
  const skip = number('AppStopMethodSkip');
  if (skip !== undefined) {
    if (skip & SKIP_CONSOLE) plan.note('AppStopMethodSkip', 'the listeners of SIGTERM, SIGINT, SIGBREAK', SIGNAL);
    else plan.note('AppStopMethodSkip', 'no window and no thread messages are sent anyway');
  }
  const wait = number('AppStopMethodConsole');
  if (wait !== undefined) plan.host('AppStopMethodConsole', 'timeouts.stop', Math.max(wait, DEFAULT_MS), STOP);
  const tree = number('AppKillProcessTree');
  if (tree !== undefined) plan.host('AppKillProcessTree', 'children', tree === 0 ? 'keep' : 'kill');
}
const SIGNAL = 'the program is always asked to stop; without listeners of a signal it is closed at once';
const STOP = 'the time for the whole stop, the closing of servers included; at least 1.5 s';

function takeOutput(plan: PlanBuilder, text: TakeText, number: TakeNumber, expand: NssmService['expand']): void {
  const [out, errors] = [text('AppStdout'), text('AppStderr')].map((file) =>
    file === undefined ? file : expand(file),
  );
  const dir = folderOf(out ?? errors ?? '');
  if (out !== undefined) plan.host('AppStdout', 'logging.dir', dir, FILES);
  if (errors !== undefined) {
    if (folderOf(errors) === dir) plan.host('AppStderr', 'logging.dir', dir, FILES);
    else plan.drop('AppStderr', `winsvc has one folder for the logs of a service: ${dir}`);
  }
  const [rotates, online] = [number('AppRotateFiles'), number('AppRotateOnline')];
  if (rotates !== undefined) plan.note('AppRotateFiles', 'host.logging', rotates ? undefined : ALWAYS);
  if (online !== undefined) plan.note('AppRotateOnline', 'host.logging', online ? undefined : ALWAYS);
  const seconds = number('AppRotateSeconds');
  if (seconds !== undefined && seconds > 0) {
    const exact = seconds === 3_600 || seconds === 86_400;
    plan.host('AppRotateSeconds', 'logging.interval', toInterval(seconds * 1_000), exact ? undefined : INTERVAL);
  } else if (seconds === 0) plan.note('AppRotateSeconds', 'no rotation by time, as by default');
  const low = number('AppRotateBytes');
  const high = number('AppRotateBytesHigh');
  const bytes = (low ?? 0) + (high ?? 0) * 2 ** 32;
  for (const [setting, value] of [
    ['AppRotateBytes', low],
    ['AppRotateBytesHigh', high],
  ] as const) {
    if (value === undefined) continue;
    if (bytes > 0) plan.host(setting, 'logging.maxSize', bytes);
    else plan.note(setting, 'host.logging.maxSize', 'winsvc rotates at 10 MiB where no size is given');
  }
}
const FILES = 'winsvc names the files in this folder after the service';
const ALWAYS = 'winsvc always rotates, also while the service runs';
const INTERVAL = 'winsvc rotates every hour or every day';

function takeEvents(plan: PlanBuilder, events: RegistryTree | undefined): void {
  for (const [group, { values }] of Object.entries(events?.keys ?? {})) {
    for (const [moment, command] of Object.entries(values)) {
      const event = `${group}\\${moment}`;
      const setting = `AppEvents\\${event}`;
      const [file, ...args] = splitArguments(String(command));
      if (file === undefined) plan.drop(setting, 'is empty');
      else if (/^Start\\Pre$/i.test(event)) plan.command(setting, 'before', { file, args });
      else if (/^Exit\\Post$/i.test(event)) plan.command(setting, 'after', { file, args }, AFTER);
      else plan.drop(setting, lookUp(EVENTS_DROPPED, event) ?? UNKNOWN);
    }
  }
}
const AFTER = 'runs after a stop that was asked for, not after a crash';
