import type { ImportPlan } from '../import-plan.ts';
import { type ProgramFiles, toNodeProgram } from '../node-program.ts';
import { PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import { joinPath } from '../values.ts';
import { findSetting, programOf, type WinswFile, withBase } from './winsw-file.ts';
import { takeWinswLog } from './winsw-log.ts';
import { WinswSettings } from './winsw-settings.ts';
import { lookUp } from '../../util/look-up.ts';

const DROPPED: Readonly<Record<string, string>> = {
  download:
    'winsvc downloads nothing before the start: put the file there with the program, or use a command in before',
  shareddirectorymapping: 'winsvc maps no network drives: use UNC paths, such as \\\\server\\share',
  hidewindow: 'a service of winsvc never has a window',
  beeponshutdown: 'a service makes no sound',
  autorefresh: 'winsvc ensure makes the service what its spec says, when you call it',
  waithint: 'winsvc computes the wait hint by itself',
  sleeptime: 'winsvc reports progress by itself',
  extensions: 'extensions are programs of WinSW',
  stopexecutable: 'winsvc runs no stop program: use signal listeners of the program, or stop.request',
  stoparguments: 'winsvc runs no stop program: use signal listeners of the program, or stop.request',
  stopargument: 'winsvc runs no stop program: use signal listeners of the program, or stop.request',
  poststart: 'winsvc has no command after the start',
  prestop: 'winsvc has no command before the stop: use a signal listener of the program, or stop.request',
};
const SINGLE: ReadonlySet<string> = new Set(['argument', 'arguments', 'startargument', 'startarguments', 'executable']);
/** Default of stoptimeout. */
const STOP_MS = 15_000;

/** Translates a settings file of WinSW. @throws ServiceError INVALID_OPTIONS when its program isn't Node.js */
export function importWinsw(source: WinswFile, files: ProgramFiles): ImportPlan {
  const plan = new PlanBuilder('winsw');
  const { root, folder } = source;
  const { file, args } = programOf(source);
  const working = findSetting(root, 'workingdirectory')?.text;
  const cwd = joinPath(folder, source.expand(withBase(working ?? folder, folder)));
  const { program, why } = toNodeProgram(file, args, cwd, files);
  plan.program('executable', program, why);
  for (const name of SINGLE) if (name !== 'executable' && findSetting(root, name)) plan.note(name, 'spec.program');
  plan.host(working === undefined ? 'workingdirectory (default)' : 'workingdirectory', 'cwd', cwd);
  takeWinswSettings(plan, source, new Set([...SINGLE, 'workingdirectory']));
  plan.exitCode('exit code 0', 0, 'stopped');
  return plan.build();
}

/** Takes everything but the program. @param done names of elements that the caller has taken */
export function takeWinswSettings(plan: PlanBuilder, source: WinswFile, done: ReadonlySet<string>): void {
  const { root } = source;
  plan.variable('BASE', 'BASE', source.folder);
  if (!findSetting(root, 'stoptimeout')) plan.host('stoptimeout (default)', 'timeouts.stop', STOP_MS);
  const ofLog = takeWinswLog(plan, source);
  const settings = new WinswSettings(plan, source);
  for (const element of root.children) {
    const name = element.name.toLowerCase();
    if (done.has(name) || ofLog.has(name)) continue;
    if (!settings.take(name, element)) plan.drop(element.name, lookUp(DROPPED, name) ?? UNKNOWN);
  }
}
