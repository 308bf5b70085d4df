import { isDeepStrictEqual } from 'node:util';
import { sameAccount } from './accounts.ts';
import type { ConfigChange, ServiceConfig, Setting } from '../scm/service-config.ts';
import { sameAccess } from './sddl.ts';

/** One setting that is to change. The password is a setting that is never shown. */
export interface SettingChange {
  readonly setting: Setting | 'password' | 'eventSource';
  /** What it is; `undefined` in a new service. */
  readonly from: unknown;
  readonly to: unknown;
}

const HIDDEN = '(hidden)';

/**
 * What must change so that `current` becomes `wanted`; what `wanted` doesn't name is kept.
 *
 * @param setPassword a password is always a change. Otherwise it goes along with its account, because nobody can read
 *   one back to compare.
 */
export function diffConfig(
  current: ServiceConfig | undefined,
  wanted: ConfigChange,
  setPassword = false,
): SettingChange[] {
  const changes: SettingChange[] = [];
  for (const setting of Object.keys(wanted) as (keyof ConfigChange)[]) {
    if (setting === 'password') continue;
    const from = current?.[setting];
    const to = wanted[setting];
    if (!current || !same(setting, from, to)) changes.push({ setting, from, to });
  }
  const hasAccount = changes.some(({ setting }) => setting === 'account');
  if (wanted.password !== undefined && (hasAccount || setPassword)) {
    changes.push({ setting: 'password', from: current && HIDDEN, to: HIDDEN });
  }
  return changes;
}

function same(setting: Setting, from: unknown, to: unknown): boolean {
  switch (setting) {
    case 'account':
      return sameAccount(from as string | null, to as string | null);
    case 'dependencies':
      return isDeepStrictEqual(lower(from), lower(to));
    case 'requiredPrivileges':
      return isDeepStrictEqual(lower(from).sort(), lower(to).sort());
    case 'securityDescriptor':
      return typeof from === 'string' && sameAccess(from, String(to));
    default:
      return isDeepStrictEqual(from, to);
  }
}

function lower(list: unknown): string[] {
  return ((list ?? []) as readonly string[]).map((item) => item.toLowerCase());
}
