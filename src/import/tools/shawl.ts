import type { InstalledServiceConfig } from '../../scm/service-config.ts';
import { parseCommandLine } from '../../manager/index.ts';
import { keepService } from '../keep-service.ts';
import type { ImportPlan } from '../import-plan.ts';
import { type ProgramFiles, toNodeProgram } from '../node-program.ts';
import { PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import { folderOf, parsePriority, REALTIME } from '../values.ts';
import { lookUp } from '../../util/look-up.ts';

/** A service of Shawl: all its settings are in the command line of the service. */
export interface ShawlService {
  readonly config: InstalledServiceConfig;
  /** Replaces `%NAME%`, as the SCM does in the command line. */
  expand(text: string): string;
}

const FLAGS: ReadonlySet<string> = new Set([
  ...['restart', 'no-restart', 'no-log', 'no-log-cmd', 'pass-start-args', 'path-prepend', 'kill-process-tree'],
]);
/** Default of --stop-timeout and of --restart-delay. */
const DELAY_MS = 3_000;

const DROPPED: Readonly<Record<string, string>> = {
  'log-as': 'winsvc names the files after the service',
  'log-cmd-as': 'winsvc names the files after the service',
  'path-prepend': 'belongs to --path',
};
const SOME_CODES = 'codes that are not named restart too: the SCM restarts after each failure';

/** Translates a service of Shawl. @throws ServiceError INVALID_OPTIONS when its program isn't Node.js */
export function importShawl({ config, expand }: ShawlService, files: ProgramFiles): ImportPlan {
  const plan = new PlanBuilder('shawl');
  const { args } = parseCommandLine(expand(config.imagePath));
  const end = args.indexOf('--');
  const options = readOptions(args.slice(1, end < 0 ? undefined : end));
  const [file = '', ...rest] = end < 0 ? [] : args.slice(end + 1);
  keepService(plan, config);
  const cwd = options.find(({ name }) => name === 'cwd')?.value ?? folderOf(file);
  const { program, why } = toNodeProgram(file, rest, cwd, files);
  plan.program('command', program, why);
  plan.host(options.some(({ name }) => name === 'cwd') ? '--cwd' : '--cwd (default)', 'cwd', cwd);
  takeRestarts(plan, options);
  const paths = options.filter(({ name }) => name === 'path').map(({ value }) => value);
  const prepends = options.some(({ name }) => name === 'path-prepend');
  for (const option of options) takeOption(plan, option, paths, prepends);
  if (!options.some(({ name }) => name === 'stop-timeout'))
    plan.host('--stop-timeout (default)', 'timeouts.stop', DELAY_MS);
  if (!options.some(({ name }) => name === 'kill-process-tree'))
    plan.host('--kill-process-tree (default: no)', 'children', 'kill', CHILDREN);
  return plan.build();
}

const CHILDREN = "children end with the service, so that none is left behind; children: 'keep' lets them go on";

interface ShawlOption {
  readonly name: string;
  readonly value: string;
}

function readOptions(args: readonly string[]): readonly ShawlOption[] {
  const options: ShawlOption[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [, name, joined] = /^--([a-z-]+)(?:=([^]*))?$/.exec(args[at] ?? '') ?? [];
    if (name === undefined) {
      options.push({ name: args[at] ?? '', value: '' });
      continue;
    }
    const takesNext = joined === undefined && !FLAGS.has(name);
    options.push({ name, value: joined ?? (takesNext ? (args[at + 1] ?? '') : '') });
    if (takesNext) at += 1;
  }
  return options;
}

/** Shawl restarts the program itself; here the SCM does. */
function takeRestarts(plan: PlanBuilder, options: readonly ShawlOption[]): void {
  const value = (name: string): string | undefined => options.find((option) => option.name === name)?.value;
  const codes = (text: string): readonly number[] =>
    text.split(',').filter(Boolean).map(Number).filter(Number.isInteger);
  const passed = codes(value('pass') ?? '0');
  const [always, never] = [value('restart') !== undefined, value('no-restart') !== undefined];
  const [only, but] = [value('restart-if'), value('restart-if-not')];
  const delay = Number(value('restart-delay') ?? DELAY_MS);
  const actions = never ? [] : [{ type: 'restart' as const, delay: Number.isFinite(delay) ? delay : DELAY_MS }];
  plan.spec(never ? '--no-restart' : '--restart-delay', 'recovery', { actions });
  plan.spec('restart', 'recoverOnFailureExit', true);
  if (always) plan.note('--restart', 'spec.recovery');
  for (const code of codes(but ?? '')) plan.exitCode('--restart-if-not', code, 'stopped');
  for (const code of codes(only ?? '')) plan.exitCode('--restart-if', code, 'failed', SOME_CODES);
  // A code that passes is a clean stop, unless it is restarted.
  for (const code of passed)
    if (!always && !codes(only ?? '').includes(code))
      plan.exitCode(value('pass') === undefined ? '--pass (default: 0)' : '--pass', code, 'stopped');
    else plan.note('--pass', 'a failure, so that it restarts');
}

function takeOption(
  plan: PlanBuilder,
  { name, value }: ShawlOption,
  paths: readonly string[],
  prepends: boolean,
): void {
  const setting = `--${name}`;
  const number = Number(value);
  switch (name) {
    case 'cwd':
    case 'pass':
    case 'restart':
    case 'no-restart':
    case 'restart-if':
    case 'restart-if-not':
    case 'restart-delay':
      return;
    case 'name':
      plan.note(setting, 'the name of the service');
      return;
    case 'stop-timeout':
      if (Number.isInteger(number) && value !== '') plan.host(setting, 'timeouts.stop', number);
      else plan.drop(setting, `"${value}" is not a number of milliseconds`);
      return;
    case 'kill-process-tree':
      plan.host(setting, 'children', 'kill');
      return;
    case 'env': {
      const at = value.indexOf('=');
      if (at > 0) plan.variable(`${setting} ${value.slice(0, at)}`, value.slice(0, at), value.slice(at + 1));
      else plan.drop(setting, 'is not KEY=value');
      return;
    }
    case 'path': {
      const all = prepends ? [...paths, '%PATH%'] : ['%PATH%', ...paths];
      plan.variable(`${setting} ${value}`, 'PATH', all.join(';'));
      return;
    }
    case 'priority': {
      const priority = parsePriority(value);
      if (priority) plan.host(setting, 'priority', priority, value === 'realtime' ? REALTIME : undefined);
      else plan.drop(setting, `"${value}" is not a priority`);
      return;
    }
    default:
      takeLogOption(plan, name, setting, value);
  }
}

function takeLogOption(plan: PlanBuilder, name: string, setting: string, value: string): void {
  const [, bytes] = /^bytes=(\d+)$/.exec(value) ?? [];
  if (name === 'log-dir') plan.host(setting, 'logging.dir', value);
  else if (name === 'no-log-cmd') plan.host(setting, 'logging.captureOutput', false);
  else if (name === 'no-log')
    plan.note(setting, 'host.logging', 'winsvc logs starts, stops and failures of the service');
  else if (name === 'pass-start-args') plan.note(setting, 'the arguments of the start', 'are in currentService().args');
  else if (name === 'log-retain' && Number(value) > 0) plan.host(setting, 'logging.maxFiles', Number(value));
  else if (name === 'log-rotate' && bytes !== undefined && Number(bytes) > 0)
    plan.host(setting, 'logging.maxSize', Number(bytes));
  else if (name === 'log-rotate' && (value === 'daily' || value === 'hourly'))
    plan.host(setting, 'logging.interval', value);
  else plan.drop(setting, lookUp(DROPPED, name) ?? UNKNOWN);
}
