import { win32 } from 'node:path';
import type { ImportPlan } from '../import-plan.ts';
import { type ProgramFiles, splitArguments, toNodeProgram } from '../node-program.ts';
import { PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import { joinPath, parseTime, toText } from '../values.ts';
import { DROPPED, isMachineVariable, isState, SPELLINGS } from './pm2-names.ts';
import { takePm2Logs } from './pm2-logs.ts';
import { takePm2Restarts } from './pm2-restarts.ts';
import { lookUp } from '../../util/look-up.ts';

/** An app of an ecosystem file, or a process of a dump. */
export interface Pm2App {
  readonly app: Readonly<Record<string, unknown>>;
  /** Folder of the file. */
  readonly folder: string;
  /** `true`: a process of `dump.pm2`, with its state and the environment of its start. */
  readonly isDump: boolean;
  /** Name of the block `env_<name>` to use. Default: none. */
  readonly environment?: string | undefined;
}

/** Settings by pm2's first name for them. */
export type Pm2Settings = Map<string, unknown>;

/** Default of kill_timeout. */
const KILL_MS = 1_600;

/** Translates an app of pm2. @throws ServiceError INVALID_OPTIONS when its program isn't Node.js */
export function importPm2(source: Pm2App, files: ProgramFiles): ImportPlan {
  const { app, folder, isDump } = source;
  const plan = new PlanBuilder('pm2');
  const settings: Pm2Settings = new Map(
    Object.entries(app).map(([key, value]) => [lookUp(SPELLINGS, key) ?? key, value]),
  );
  const script = text(settings.get('script')) ?? '';
  const cwd = joinPath(folder, text(settings.get('cwd')) ?? folder);
  takeProgram(plan, settings, script, cwd, files);
  const base = win32.basename(script.replaceAll('/', '\\')).replace(/\.[cm]?[jt]s$/i, '');
  const name = text(settings.get('name'));
  plan.spec(name === undefined ? 'name (default)' : 'name', 'name', (name ?? base).replaceAll(/[\\/]/g, '-'));
  plan.host(settings.has('cwd') ? 'cwd' : 'cwd (default)', 'cwd', cwd, settings.has('cwd') ? undefined : CWD);
  const done = new Set(['script', 'args', 'interpreter', 'node_args', 'name', 'cwd', 'env']);
  for (const taken of takeVariables(plan, settings, source)) done.add(taken);
  for (const taken of takePm2Restarts(plan, settings)) done.add(taken);
  for (const taken of takePm2Logs(plan, settings, cwd)) done.add(taken);
  if (!settings.has('kill_timeout')) plan.host('kill_timeout (default)', 'timeouts.stop', KILL_MS);
  for (const [setting, value] of settings) {
    if (done.has(setting) || takeValue(plan, setting, value)) continue;
    if (isDump && (isState(setting) || isVariable(settings, setting))) continue;
    plan.drop(setting, setting.startsWith('env_') ? otherEnvironment(setting) : (lookUp(DROPPED, setting) ?? UNKNOWN));
  }
  if (isDump) plan.drop('state of the process (pid, status, times)', 'is a state, no setting');
  return plan.build();
}
const CWD = 'pm2 uses the folder in which it was called; this is the folder of the file';

function takeProgram(plan: PlanBuilder, settings: Pm2Settings, script: string, cwd: string, files: ProgramFiles): void {
  const interpreter = text(settings.get('interpreter')) ?? 'node';
  const nodeArgs = toList(settings.get('node_args'));
  const args = toList(settings.get('args'));
  const isPlain = interpreter === 'none' || interpreter === '';
  const { program, why } = isPlain
    ? toNodeProgram(script, args, cwd, files)
    : toNodeProgram(interpreter, script === '' ? [] : [...nodeArgs, script, ...args], cwd, files);
  plan.program('script', program, why);
  for (const name of ['args', 'interpreter', 'node_args']) if (settings.has(name)) plan.note(name, 'spec.program');
}

function takeVariables(plan: PlanBuilder, settings: Pm2Settings, source: Pm2App): readonly string[] {
  const block = source.environment === undefined ? undefined : `env_${source.environment}`;
  const blocks = ['env', ...(block === undefined ? [] : [block])];
  for (const setting of blocks) {
    const variables = settings.get(setting);
    if (variables === undefined) {
      if (setting === block) plan.drop(setting, 'this app has no such block');
      continue;
    }
    if (typeof variables !== 'object' || variables === null) {
      plan.drop(setting, 'is not an object of variables');
      continue;
    }
    const ofMachine: string[] = [];
    for (const [name, value] of Object.entries(variables)) {
      if (typeof value === 'object' && value !== null) plan.drop(`${setting} ${name}`, 'is not a text');
      else if (source.isDump && (isMachineVariable(name) || isState(name))) ofMachine.push(name);
      else plan.variable(`${setting} ${name}`, name, String(value as string | number | boolean | null));
    }
    if (ofMachine.length > 0) plan.drop(`${setting} ${ofMachine.join(', ')}`, MACHINE);
  }
  return blocks;
}
const MACHINE = 'belongs to the session in which pm2 was started, not to the program';

function otherEnvironment(setting: string): string {
  return `is another environment: --pm2-env ${setting.slice('env_'.length)} takes it over`;
}

/** In a dump, the variables stand beside the settings too. */
function isVariable(settings: Pm2Settings, setting: string): boolean {
  const variables = settings.get('env');
  return typeof variables === 'object' && variables !== null && Object.hasOwn(variables, setting);
}

/** Takes a setting by its name. Returns `false` for one without a counterpart. */
function takeValue(plan: PlanBuilder, setting: string, value: unknown): boolean {
  const ms = parseTime(toText(value));
  switch (setting) {
    case 'wait_ready':
      if (value === true) plan.host(setting, 'ready', 'message');
      else plan.note(setting, 'host.ready');
      return true;
    case 'listen_timeout':
      if (ms === undefined) plan.drop(setting, 'is not a time');
      else plan.host(setting, 'timeouts.start', ms, 'then the start fails; pm2 calls the program ready');
      return true;
    case 'kill_timeout':
      if (ms === undefined) plan.drop(setting, 'is not a time');
      else plan.host(setting, 'timeouts.stop', ms);
      return true;
    case 'shutdown_with_message':
      plan.note(setting, "the listeners of SIGTERM, SIGINT, SIGBREAK, then of the message 'shutdown'");
      return true;
    case 'treekill':
      plan.host(setting, 'children', value === false ? 'keep' : 'kill');
      return true;
    case 'max_memory_restart':
      return takeMemory(plan, setting, value);
    case 'port':
      plan.variable(setting, 'PORT', toText(value));
      return true;
    case 'windowsHide':
      plan.note(setting, 'a service has no window');
      return true;
    case 'exec_mode':
      if (toText(value).startsWith('fork')) plan.note(setting, 'one process');
      else plan.drop(setting, CLUSTER);
      return true;
    case 'instances':
      if (value === 1 || value === '1') plan.note(setting, 'one process');
      else plan.drop(setting, CLUSTER);
      return true;
    default:
      return false;
  }
}
const CLUSTER = 'one service is one process: use node:cluster in the program, or several services';

function takeMemory(plan: PlanBuilder, setting: string, value: unknown): boolean {
  const [, size, unit = ''] = /^(\d+)([KMG]?)B?$/i.exec(toText(value)) ?? [];
  const factor = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[unit.toUpperCase()] ?? 1;
  const bytes = Number(size) * factor;
  if (bytes > 0) plan.host(setting, 'limits.memory', bytes, MEMORY);
  else plan.drop(setting, 'is not a size');
  return true;
}
const MEMORY =
  'a limit of the whole process: beyond it, memory is refused and the program fails, then recovery restarts it';

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function toList(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? splitArguments(value) : [];
}
