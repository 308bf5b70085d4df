import type { PlanBuilder } from '../plan-builder.ts';
import { folderOf, joinPath, toText } from '../values.ts';

const NAMES = 'winsvc names the files in this folder after the service';
const NO_FILE = /^(?:\/dev\/null|NUL|NULL)$/i;
const FILES = ['out_file', 'error_file', 'log_file'] as const;
const OTHERS = ['merge_logs', 'disable_logs', 'log_type', 'log_date_format', 'time'] as const;

/** Takes where output goes. Returns the names that it has taken. */
export function takePm2Logs(plan: PlanBuilder, settings: ReadonlyMap<string, unknown>, cwd: string): readonly string[] {
  const paths = FILES.map((name) => [name, settings.get(name)] as const).filter(
    (entry): entry is readonly [(typeof FILES)[number], string] => typeof entry[1] === 'string',
  );
  const isOff = (path: string): boolean => NO_FILE.test(path);
  const first = paths.find(([, path]) => !isOff(path));
  const dir = first && folderOf(joinPath(cwd, first[1]));
  const silent = settings.get('disable_logs') === true || (paths.length >= 2 && !first);
  for (const [name, path] of paths) {
    if (isOff(path) && silent) plan.host(name, 'logging.captureOutput', false);
    else if (isOff(path)) plan.drop(name, 'winsvc captures both outputs, or none (logging.captureOutput)');
    else if (dir !== undefined && folderOf(joinPath(cwd, path)) === dir) plan.host(name, 'logging.dir', dir, NAMES);
    else plan.drop(name, `winsvc has one folder for the logs of a service: ${toText(dir)}`);
  }
  for (const name of FILES)
    if (settings.has(name) && typeof settings.get(name) !== 'string') plan.drop(name, 'is not a path');
  if (settings.has('merge_logs')) plan.note('merge_logs', 'one process has one pair of log files');
  if (settings.has('disable_logs')) {
    if (silent) plan.host('disable_logs', 'logging.captureOutput', false);
    else plan.note('disable_logs', 'output goes to files, as by default');
  }
  const LINES = 'captured output is kept as it is';
  for (const name of ['log_type', 'log_date_format', 'time']) if (settings.has(name)) plan.drop(name, LINES);
  return [...FILES, ...OTHERS];
}
