import { type PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import type { SettingElement } from '../read/xml-tree.ts';
import { joinPath, parseFlag, toInterval } from '../values.ts';
import { findSetting, valueOf, type WinswFile, withBase } from './winsw-file.ts';

const KIB = 1_024;
const DAY_MS = 86_400_000;
/** Defaults of the mode roll-by-size. */
const THRESHOLD_KIB = 10 * KIB;
const KEEP_FILES = 8;

const ROTATES = 'winsvc always rotates: the files are never longer than 10 MiB';
const KEEPS = 'winsvc keeps the files of earlier runs, and rotates';
const DAILY = 'winsvc rotates every hour or every day';
const MIDNIGHT = 'winsvc rotates at midnight';
const COMPRESSES = 'winsvc compresses each file when it is rotated, with gzip';
const NAMES = 'winsvc names the files after the service';

/** Takes where and how the output is logged. Returns the names of the elements that it has taken. */
export function takeWinswLog(plan: PlanBuilder, source: WinswFile): ReadonlySet<string> {
  const { root, folder, expand } = source;
  const log = findSetting(root, 'log');
  const path = findSetting(root, 'logpath')?.text ?? (log && valueOf(log, 'logpath'));
  if (path !== undefined && path !== '')
    plan.host('logpath', 'logging.dir', joinPath(folder, expand(withBase(path, folder))), NAMES);
  for (const name of ['logname', 'outfilepattern', 'errfilepattern'])
    if (findSetting(root, name)) plan.drop(name, NAMES);
  for (const name of ['outfiledisabled', 'errfiledisabled']) takeDisabled(plan, root, name);
  const mode = (log && valueOf(log, 'mode')) ?? findSetting(root, 'logmode')?.text;
  if (mode !== undefined) takeMode(plan, findSetting(root, 'logmode') ? 'logmode' : 'log mode', mode.toLowerCase());
  if (log) takeDetails(plan, log, mode?.toLowerCase() ?? '');
  return new Set([
    'log',
    'logpath',
    'logmode',
    'logname',
    'outfilepattern',
    'errfilepattern',
    'outfiledisabled',
    'errfiledisabled',
  ]);
}

function takeDisabled(plan: PlanBuilder, root: SettingElement, name: string): void {
  const element = findSetting(root, name);
  if (!element) return;
  if (parseFlag(element.text) !== true) plan.note(name, 'output goes to files, as by default');
  else plan.drop(name, 'winsvc captures both standard output and standard error, or none (logging.captureOutput)');
}

function takeMode(plan: PlanBuilder, setting: string, mode: string): void {
  if (mode === 'none' || mode === 'ignore') plan.host(setting, 'logging.captureOutput', false);
  else if (mode === 'append') plan.note(setting, 'host.logging', ROTATES);
  else if (mode === 'reset' || mode === 'roll') plan.note(setting, 'host.logging', KEEPS);
  else if (mode === 'roll-by-time') plan.host(setting, 'logging.interval', 'daily', DAILY);
  else if (mode === 'roll-by-size-time') plan.host(setting, 'logging.interval', 'daily');
  else if (mode === 'roll-by-size' || mode === 'rotate') plan.host(setting, 'logging.maxFiles', KEEP_FILES);
  else plan.drop(setting, `"${mode}" is not a mode`);
  if (mode === 'roll-by-size' || mode === 'rotate' || mode === 'roll-by-size-time')
    plan.host(`${setting} (default size)`, 'logging.maxSize', THRESHOLD_KIB * KIB);
}

/** Takes what stands inside the element log, or in its attributes. */
function takeDetails(plan: PlanBuilder, log: SettingElement, mode: string): void {
  const names = [...Object.keys(log.attributes), ...log.children.map(({ name }) => name)];
  for (const name of names) {
    const setting = `log ${name}`;
    const value = valueOf(log, name.toLowerCase()) ?? '';
    const number = Number(value);
    const isCount = value !== '' && Number.isInteger(number) && number > 0;
    switch (name.toLowerCase()) {
      case 'mode':
      case 'logpath':
        break;
      case 'sizethreshold':
        if (isCount) plan.host(setting, 'logging.maxSize', number * KIB);
        else plan.drop(setting, `"${value}" is not a size in KB`);
        break;
      case 'keepfiles':
        if (isCount) plan.host(setting, 'logging.maxFiles', number);
        else plan.drop(setting, `"${value}" is not a number of files`);
        break;
      case 'pattern':
        plan.host(setting, 'logging.interval', toInterval(/[Hh]/.test(value) ? 0 : DAY_MS), NAMES);
        break;
      case 'period':
        plan.note(setting, 'host.logging.interval', DAILY);
        break;
      case 'autorollattime':
        plan.host(setting, 'logging.interval', 'daily', /^0?0:00(?::00)?$/.test(value) ? undefined : MIDNIGHT);
        break;
      case 'zipolderthannumdays':
      case 'zipdateformat':
        plan.host(setting, 'logging.compress', true, COMPRESSES);
        break;
      default:
        plan.drop(setting, mode === '' ? UNKNOWN : `${UNKNOWN} in the mode ${mode}`);
    }
  }
}
