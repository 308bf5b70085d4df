import { ServiceError } from '../../errors/service-error.ts';
import type { ImportPlan } from '../import-plan.ts';
import { splitArguments, type ProgramFiles, toNodeProgram } from '../node-program.ts';
import { PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import { folderOf, joinPath, parseFlag } from '../values.ts';
import { findSetting, programOf, type WinswFile } from './winsw-file.ts';
import { takeWinswSettings } from './winsw.ts';
import { lookUp } from '../../util/look-up.ts';

const WRAPPER = /(?:^|[\\/])node-windows[\\/]lib[\\/]wrapper\.js$/i;
/** Short names of the wrapper's options. */
const NAMES: Readonly<Record<string, string>> = {
  f: 'file',
  d: 'cwd',
  l: 'log',
  e: 'eventlog',
  m: 'maxretries',
  r: 'maxrestarts',
  w: 'wait',
  g: 'grow',
  a: 'abortonerror',
  s: 'stopparentfirst',
};
/** Restarts whose delays differ: the SCM repeats the last one. */
const RESTARTS = 3;

const BACKOFF = 'the SCM repeats the last delay; node-windows goes on growing it';
const LIMIT = 'after so many failures without a pause, the SCM stops to restart the service until a day has passed';

/** Returns whether a settings file of WinSW is one of node-windows, by the script that it runs. */
export function isNodeWindows(source: WinswFile): boolean {
  return programOf(source).args.some((arg) => WRAPPER.test(arg));
}

/** Translates the settings file in the folder `daemon` of node-windows. @throws ServiceError INVALID_OPTIONS */
export function importNodeWindows(source: WinswFile, files: ProgramFiles): ImportPlan {
  const plan = new PlanBuilder('node-windows');
  const { file, args } = programOf(source);
  const at = args.findIndex((arg) => WRAPPER.test(arg));
  const nodeArgs = args.slice(0, at);
  const options = readOptions(args.slice(at + 1));
  const script = options.get('file');
  if (!script)
    throw new ServiceError('INVALID_OPTIONS', 'The wrapper of node-windows has no --file: there is no script.');
  const working = findSetting(source.root, 'workingdirectory')?.text;
  const cwd = joinPath(source.folder, options.get('cwd') ?? working ?? folderOf(script));
  const kept = nodeArgs.filter((arg) => arg !== '--harmony');
  if (kept.length < nodeArgs.length)
    plan.drop('nodeOptions --harmony', 'has no effect in the Node.js that winsvc needs');
  const given = splitArguments(options.get('scriptoptions') ?? '');
  const { program, why } = toNodeProgram(file, [...kept, script, ...given], cwd, files);
  plan.program('script', program, why);
  plan.note('execPath', 'spec.program');
  if (kept.length > 0) plan.note('nodeOptions', 'spec.program');
  if (options.has('scriptoptions')) plan.note('scriptOptions', 'spec.program');
  plan.host('workingDirectory', 'cwd', cwd);
  takeRestarts(plan, options);
  const stops = options.get('stopparentfirst');
  if (stops !== undefined && parseFlag(stops) === true)
    plan.note('stopparentfirst', "the listeners of the message 'shutdown'", STOP);
  else if (stops !== undefined) plan.note('stopparentfirst', 'the stop by signal listeners');
  for (const name of options.keys()) takeOther(plan, name);
  takeWinswSettings(
    plan,
    source,
    new Set(['executable', 'argument', 'arguments', 'workingdirectory', 'stopparentprocessfirst']),
  );
  return plan.build();
}
const STOP = 'listeners of SIGTERM, SIGINT and SIGBREAK come first, where the program has any';

/** Options of the wrapper by their long names. */
function readOptions(args: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const [, name = '', value] = /^--?([a-z]+)(?:=([^]*))?$/i.exec(args[at] ?? '') ?? [];
    if (name === '') continue;
    const next = args[at + 1];
    const takesNext = value === undefined && next !== undefined && !/^--?[a-z]/i.test(next);
    options.set((lookUp(NAMES, name) ?? name).toLowerCase(), value ?? (takesNext ? next : ''));
    if (takesNext) at += 1;
  }
  return options;
}

function takeRestarts(plan: PlanBuilder, options: ReadonlyMap<string, string>): void {
  const number = (name: string, fallback: number): number => {
    const value = Number(options.get(name) ?? fallback);
    return Number.isFinite(value) && value >= 0 ? value : fallback;
  };
  const wait = number('wait', 1);
  const grow = number('grow', 0.25);
  const retries = Number(options.get('maxretries') ?? -1);
  const limit = retries >= 0 ? retries : number('maxrestarts', 5);
  const delays = Array.from({ length: Math.min(RESTARTS, Math.max(limit, 1)) }, (_, n) =>
    Math.round(wait * 1_000 * (1 + grow) ** n),
  );
  const restarts = delays.map((delay) => ({ type: 'restart', delay }) as const);
  const stopsAtError = parseFlag(options.get('abortonerror') ?? 'no') === true;
  const isLimited = limit > 0;
  const actions = stopsAtError ? [] : isLimited ? [...restarts, { type: 'none' } as const] : restarts;
  plan.spec('wait', 'recovery', { actions }, BACKOFF);
  plan.note('grow', 'spec.recovery', BACKOFF);
  plan.note('maxRestarts', 'spec.recovery', LIMIT);
  if (options.has('maxretries')) plan.note('maxRetries', 'spec.recovery', LIMIT);
  if (options.has('abortonerror')) plan.note('abortOnError', 'spec.recovery');
}

function takeOther(plan: PlanBuilder, name: string): void {
  if (name === 'log' || name === 'eventlog')
    plan.note(name, 'the event source of the service', 'the source has the name of the service');
  else if (
    ![
      'file',
      'cwd',
      'scriptoptions',
      'wait',
      'grow',
      'maxrestarts',
      'maxretries',
      'abortonerror',
      'stopparentfirst',
    ].includes(name)
  )
    plan.drop(`wrapper option ${name}`, UNKNOWN);
}
