import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CrashReportTarget {
  readonly dir: string;
  readonly keep: number;
  /** Makes the folder, on Windows with an access list of its own. */
  makeDir(dir: string): void;
}

/** What of `process.report` is used; `excludeEnv` is not in every version of Node. */
interface Reporter {
  excludeNetwork?: boolean;
  excludeEnv?: boolean;
  getReport(error?: Error): object;
}

const NAME = /^report-.*\.json$/;

/**
 * Node's report about this process, as JSON: stacks, heap, handles, modules. Without the environment, which is full of
 * secrets, and without the network, whose names may have to be looked up.
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

/** Also where Node has no way to leave it out, and in what the report has of the other threads. */
export function withoutSecrets(report: object): string {
  const keep = (key: string, value: unknown): unknown => (key === 'environmentVariables' ? undefined : value);
  return JSON.stringify(report, keep, 2);
}

/** Writes a report and removes the oldest beyond `keep`. Returns its path. @throws what the file system has against it */
export function storeCrashReport(report: string, { dir, keep, makeDir }: CrashReportTarget): string {
  makeDir(dir);
  // Names that sort by time; two processes of a service never have the same.
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  const path = join(dir, `report-${time}-${process.pid}.json`);
  writeFileSync(path, report, { mode: 0o600 });
  const all = readdirSync(dir).filter((name) => NAME.test(name));
  for (const name of all.sort().slice(0, -keep)) rmSync(join(dir, name), { force: true });
  return path;
}
