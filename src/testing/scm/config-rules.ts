import type { Win32Symbol } from '../../errors/win32-codes.ts';
import { isLocalSystem, isUserAccount, needsPassword } from '../../manager/spec/accounts.ts';
import type { ConfigChange, ServiceConfig } from '../../scm/service-config.ts';
import type { ActiveRefusals } from './windows-refusals.ts';
import { findRecord, reaches, type ServiceRecord } from './service-record.ts';

const MAX_NAME = 256;

/** Returns why CreateServiceW refuses a name. */
export function nameRefusal(name: string, records: readonly ServiceRecord[]): Win32Symbol | undefined {
  if (name === '' || name.length > MAX_NAME || /[/\\]/.test(name)) return 'ERROR_INVALID_NAME';
  const found = findRecord(records, name);
  if (!found) return undefined;
  return found.marked ? 'ERROR_SERVICE_MARKED_FOR_DELETE' : 'ERROR_SERVICE_EXISTS';
}

/**
 * Returns why CreateServiceW or ChangeServiceConfigW refuses settings.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-createservicew (return value)
 */
export function configRefusal(
  name: string,
  config: ServiceConfig,
  change: ConfigChange,
  records: readonly ServiceRecord[],
  refusals: ActiveRefusals,
): Win32Symbol | undefined {
  if (change.displayName !== undefined) {
    if (change.displayName.length > MAX_NAME) return 'ERROR_INVALID_NAME';
    if (isTaken(change.displayName, name, records)) return 'ERROR_DUPLICATE_SERVICE_NAME';
  }
  const isDriver = config.type.endsWith('Driver') || config.type === 'adapter';
  if (config.imagePath === '' && !isDriver) return 'ERROR_INVALID_PARAMETER';
  if ((config.startType === 'boot' || config.startType === 'system') && !isDriver) return 'ERROR_INVALID_PARAMETER';
  const isRefusedInteractive = config.interactive && (isDriver || !isLocalSystem(config.account));
  const refused = refusals.check('interactiveAccount', isRefusedInteractive);
  if (refused) return refused;
  if (change.account && isRefusedAccount(change.account, change.password)) return 'ERROR_INVALID_SERVICE_ACCOUNT';
  if (change.dependencies && reaches(records, { name, config }, name)) return 'ERROR_CIRCULAR_DEPENDENCY';
  return undefined;
}

/** Returns why ChangeServiceConfig2W refuses a level, in the way that only Windows does. */
export function levelRefusal(
  before: ServiceConfig,
  { triggers, preferredNode, recovery }: ConfigChange,
  refusals: ActiveRefusals,
): Win32Symbol | undefined {
  const isDriver = before.type.endsWith('Driver') || before.type === 'adapter';
  return (
    refusals.check('emptyTriggers', triggers?.length === 0 && !before.triggers?.length) ??
    refusals.check('noNumaNode', preferredNode !== undefined) ??
    refusals.check('driverRecovery', isDriver && (recovery?.actions.length ?? 0) > 0)
  );
}

/** Checks that a display name also differs from the names of all other services. */
function isTaken(displayName: string, own: string, records: readonly ServiceRecord[]): boolean {
  const wanted = displayName.toLowerCase();
  return records.some(
    ({ name, config }) =>
      name.toLowerCase() !== own.toLowerCase() &&
      (name.toLowerCase() === wanted || config.displayName.toLowerCase() === wanted),
  );
}

/** Checks an account. The mock has no users: it accepts any name in the form of one, with a password where one is needed. */
function isRefusedAccount(account: string, password: string | undefined): boolean {
  if (!isUserAccount(account)) return Boolean(password);
  return !/[\\@]/.test(account) || needsPassword(account) === !password;
}
