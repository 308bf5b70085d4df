import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of crash reports. */
export interface CrashReportTarget {
  readonly dir: string;
  readonly keep: number;
  /** Creates the folder, on Windows with a private access list. */
  makeDir(dir: string): void;
}

/** Used part of `process.report`; not every version of Node has `excludeEnv`. */
interface Reporter {
  excludeNetwork?: boolean;
  excludeEnv?: boolean;
  getReport(error?: Error): object;
}

const NAME = /^report-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)-\d+\.json$/;

/**
 * Takes Node's report about this process, as JSON: stacks, heap, handles, modules. Without the environment, which has
 * secrets, and without the network, whose names would have to be resolved.
 *
 * Source: https://nodejs.org/api/report.html
 */
export function takeCrashReport(error?: Error): string {
  const reporter = process.report as unknown as Reporter;
  const { excludeNetwork, excludeEnv } = reporter;
  reporter.excludeNetwork = true;
  reporter.excludeEnv = true;
  try {
    return withoutSecrets(reporter.getReport(error));
  } finally {
    if (excludeNetwork !== undefined) reporter.excludeNetwork = excludeNetwork;
    if (excludeEnv !== undefined) reporter.excludeEnv = excludeEnv;
  }
}

/** Removes the environment from a report: also where Node has no option for that, and from the reports of other threads. */
export function withoutSecrets(report: object): string {
  const keep = (key: string, value: unknown): unknown => (key === 'environmentVariables' ? undefined : value);
  return JSON.stringify(report, keep, 2);
}

/** Writes a report and removes the oldest beyond `keep`. Returns its path. @throws the error of the file system */
export function storeCrashReport(report: string, { dir, keep, makeDir }: CrashReportTarget): string {
  makeDir(dir);
  const older = readdirSync(dir)
    .filter((name) => NAME.test(name))
    .sort();
  // Names sort by time, also after the clock was set back: otherwise the new report would be removed as the oldest.
  const time = new Date(Math.max(Date.now(), timeOf(older.at(-1)) + 1));
  const path = join(dir, `report-${time.toISOString().replace(/[:.]/g, '-')}-${process.pid}.json`);
  writeFileSync(path, report, { mode: 0o600 });
  const surplus = Math.max(0, older.length - keep + 1);
  for (const name of older.slice(0, surplus)) rmSync(join(dir, name), { force: true });
  return path;
}

/** Reads the time in the name of a report, in milliseconds; 0: none. */
function timeOf(name = ''): number {
  const [, day = '', hours = '', minutes = '', seconds = '', rest = ''] = NAME.exec(name) ?? [];
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}.${rest}`) || 0;
}
