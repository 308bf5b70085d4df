import { isDeepStrictEqual } from 'node:util';
import { throwProblems } from '../../errors/check-options.ts';
import type { ConfigChange, Setting } from '../../scm/service-config.ts';
import type { RecoveryConfig } from '../../scm/recovery-config.ts';
import { isSameAccountName } from '../spec/accounts.ts';
import { findRefusedSettings } from '../spec/setting-rules.ts';
import type { Target } from './resolve-target.ts';
import { isSameAccess } from './sddl.ts';

/** One setting that changes. The value of a password is never shown. */
export interface SettingChange {
  /** Name of the setting. */
  readonly setting: Setting | 'password' | 'eventSource';
  /** Present value; `undefined` in a new service. */
  readonly from: unknown;
  /** New value. */
  readonly to: unknown;
}

const HIDDEN = '(hidden)';

/**
 * Lists what must change so that the service has the wanted settings, in the order of the spec.
 *
 * @throws ServiceError INVALID_OPTIONS when Windows would refuse the result.
 */
export function planChanges(target: Target): SettingChange[] {
  const { current, wanted, mode, unsupported } = target;
  const changes: SettingChange[] = [];
  for (const setting of Object.keys(wanted) as (keyof ConfigChange)[]) {
    if (setting === 'password' || unsupported.includes(setting)) continue;
    const from = current?.[setting];
    const to = wanted[setting];
    if (!current || !isSameSetting(setting, from, to)) changes.push({ setting, from, to });
  }
  refuse(target, new Set<string>(changes.map(({ setting }) => setting)));
  // A stored password can't be read back. Ensure sets it with its account only; configure always sets it.
  const hasAccount = changes.some(({ setting }) => setting === 'account');
  if (wanted.password !== undefined && (hasAccount || mode === 'configure'))
    changes.push({ setting: 'password', from: current && HIDDEN, to: HIDDEN });
  return changes;
}

function refuse({ name, mode, current, wanted, allowLaunchProtected }: Target, changed: ReadonlySet<string>): void {
  const problems = findRefusedSettings({ ...current, ...wanted }, changed);
  if (changed.has('launchProtected') && (wanted.launchProtected ?? 'none') !== 'none' && !allowLaunchProtected)
    problems.push({
      path: 'launchProtected',
      message:
        'needs allowLaunchProtected: true. Windows starts a protected service only if its program has a special signature, which node.exe lacks, and lets only a protected program undo it',
    });
  if (problems.length > 0) throwProblems(`${mode} "${name}"`, problems);
}

/** Compares two values as the SCM does. */
function isSameSetting(setting: Setting, from: unknown, to: unknown): boolean {
  switch (setting) {
    case 'account':
      return isSameAccountName(from as string | null, to as string | null);
    case 'dependencies':
    case 'requiredPrivileges':
      // The SCM stores services and groups apart: their order has no meaning.
      return isDeepStrictEqual(toSortedSet(from), toSortedSet(to));
    case 'recovery':
      return isDeepStrictEqual(toComparableRecovery(from), toComparableRecovery(to));
    case 'securityDescriptor':
      return typeof from === 'string' && isSameAccess(from, String(to));
    default:
      return isDeepStrictEqual(from, to);
  }
}

function toSortedSet(list: unknown): string[] {
  return [...new Set(((list ?? []) as readonly string[]).map((item) => item.toLowerCase()))].sort();
}

function toComparableRecovery(recovery: unknown): unknown {
  const { actions, ...rest } = (recovery ?? { actions: [] }) as RecoveryConfig;
  return actions.length === 0 ? { actions, ...rest, resetPeriod: 0 } : { actions, ...rest };
}
