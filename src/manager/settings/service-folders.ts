import { win32 } from 'node:path';
import type { ServiceFolders } from '../../scm/service-folders.ts';
import type { ServiceSpec } from '../../scm/service-spec.ts';
import { programPath } from '../../util/program-path.ts';
import { isDriver } from '../spec/setting-rules.ts';
import type { SettingChange } from './plan-changes.ts';
import type { Target } from './resolve-target.ts';

/** Settings that decide who writes to the folders. */
const ACCESS: readonly string[] = ['account', 'sidType'];

/**
 * Makes the folders of a service and lets its account write there: with a new service, and when the account or the
 * `sidType` is set. A service can run without them, so a failure is a warning.
 *
 * @returns the warnings, each with the command that repairs it
 */
export async function prepareFolders(
  folders: ServiceFolders | undefined,
  { name, mode, current, wanted }: Target,
  planned: readonly SettingChange[],
  extra: ServiceSpec['folders'],
): Promise<readonly string[]> {
  const changed = planned.some(({ setting }) => ACCESS.includes(setting));
  // Setting an account again sets its rights again, which repairs them.
  const isDue = !current || changed || (mode === 'configure' && (wanted.account ?? extra) !== undefined);
  if (!folders || !isDue || isDriver(wanted.type ?? current?.type)) return [];
  const account = wanted.account ?? current?.account ?? undefined;
  try {
    await folders.prepare({
      service: name,
      account,
      previousAccount: current?.account ?? undefined,
      folders: extra?.map((path) => (win32.isAbsolute(path) ? path : programPath(path))),
    });
    return [];
  } catch (error) {
    return [warning(name, account ?? 'LocalSystem', error)];
  }
}

function warning(service: string, account: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `The folders of "${service}" are not prepared, so ${account} may not be able to write logs there. ${why} To repair it, run as administrator: winsvc config set "${service}" --account "${account}"`;
}
