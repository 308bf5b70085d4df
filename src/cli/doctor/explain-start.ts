import type { Cli } from '../command.ts';
import { diagnose } from './diagnose.ts';
import type { Finding } from './finding.ts';
import { gatherService } from './gather.ts';
import { readLastError } from './last-error.ts';
import type { LastError } from './snapshot.ts';

/** Why a start failed: what the service logged, otherwise what the checks of doctor found. */
export interface Explanation {
  readonly lastError?: LastError;
  readonly findings: readonly Finding[];
}

/** Checks that can be the cause of a failed start. */
const CAUSES = new Set([
  ...['deletion', 'program', 'script', 'architecture', 'working-directory', 'image-path', 'variables'],
  ...['koffi', 'load', 'runs', 'readable', 'program-readable', 'logon-right', 'start-type', 'dependencies', 'port'],
]);

/** Finds the cause of a failed start. @param since when the start began: what was logged before is about another run */
export async function explainStart(cli: Cli, service: string, since: Date): Promise<Explanation> {
  const dir = cli.service?.definition.logging?.dir;
  const lastError = await readLastError({ service, dir, since, clock: cli.clock });
  if (lastError?.where !== undefined) return { lastError, findings: [] };
  const snapshot = await gatherService(cli, service, undefined);
  const found = diagnose(snapshot).filter(({ check, outcome }) => CAUSES.has(check) && outcome !== 'ok');
  const failed = found.filter(({ outcome }) => outcome === 'fail');
  // Of a syntax error, Node gives the log the message and no place.
  if (lastError) return { lastError, findings: failed.filter(({ check }) => check === 'load') };
  // A warning is a cause only where nothing certain was found.
  return { findings: failed.length > 0 ? failed : found.filter(({ outcome }) => outcome === 'warn') };
}
