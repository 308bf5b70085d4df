import { isDeepStrictEqual } from 'node:util';
import { sameAccount } from './accounts.ts';
import type { ConfigChange, ServiceConfig, Setting } from './config.ts';

/** One setting that is to change. The password is a setting that is never shown. */
export interface SettingChange {
  readonly setting: Setting | 'password';
  /** What it is; `undefined` in a new service. */
  readonly from: unknown;
  readonly to: unknown;
}

const HIDDEN = '(hidden)';

/** What must change so that `current` becomes `wanted`; what `wanted` doesn't name is kept. */
export function diffConfig(current: ServiceConfig | undefined, wanted: ConfigChange): SettingChange[] {
  const changes: SettingChange[] = [];
  for (const setting of Object.keys(wanted) as (keyof ConfigChange)[]) {
    if (setting === 'password') continue;
    const from = current?.[setting];
    const to = wanted[setting];
    if (!current || !same(setting, from, to)) changes.push({ setting, from, to });
  }
  // Nobody can read a password back, so it goes along with its account and is no change by itself.
  if (wanted.password !== undefined && changes.some(({ setting }) => setting === 'account')) {
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
      return sameAccess(from, to);
    default:
      return isDeepStrictEqual(from, to);
  }
}

function lower(list: unknown): string[] {
  return ((list ?? []) as readonly string[]).map((item) => item.toLowerCase());
}

/** Only the access list is set, so only that is compared. */
function sameAccess(from: unknown, to: unknown): boolean {
  const dacl = (sddl: unknown): string => /D:[^:]*?(?=[OGS]:|$)/.exec(String(sddl))?.[0] ?? '';
  return dacl(from) === dacl(to);
}
