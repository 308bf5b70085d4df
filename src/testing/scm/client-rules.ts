import type { ConfigChange, ListedService, ServiceReport, Setting } from '../../scm/service-config.ts';
import { withDacl } from '../../manager/settings/sddl.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { BASE_SETTINGS } from '../../scm/base-settings.ts';
import type { ClientControl, ListFilter } from '../../scm/scm-client.ts';
import type { ControlEvent } from '../../scm/controls.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';
import type { Call } from './mock-calls.ts';
import type { ServiceDatabase } from './service-database.ts';
import type { ServiceRecord } from './service-record.ts';

/** The settings that have a level of ChangeServiceConfig2W; one call for each. */
const LEVELS = [
  'description',
  'recovery',
  'recoverOnFailureExit',
  'sidType',
  'requiredPrivileges',
  'preshutdownTimeout',
  'triggers',
  'preferredNode',
  'launchProtected',
] as const satisfies readonly Setting[];

/** Returns the part of a change that CreateServiceW and ChangeServiceConfigW take. Delayed start also has a level. */
export function withoutLevels(change: ConfigChange): ConfigChange {
  const base = Object.fromEntries(
    BASE_SETTINGS.filter((setting) => change[setting] !== undefined).map((setting) => [setting, change[setting]]),
  ) as ConfigChange;
  return base.startType === 'delayed' ? { ...base, startType: 'auto' } : base;
}

/** Applies a change call by call, as the real client does: changes before a failed call stay. */
export function applyChange(database: ServiceDatabase, record: ServiceRecord, change: ConfigChange, call: Call): void {
  const set = (api: Parameters<Call>[0], part: ConfigChange): void => {
    call(api, () => database.change(record, part));
  };
  const base = withoutLevels(change);
  if (Object.keys(base).length > 0) set('ChangeServiceConfigW', base);
  if (change.startType === 'delayed') set('ChangeServiceConfig2W', { startType: 'delayed' });
  for (const setting of LEVELS)
    if (change[setting] !== undefined) set('ChangeServiceConfig2W', { [setting]: change[setting] });
  if (change.securityDescriptor !== undefined) {
    const securityDescriptor = withDacl(record.config.securityDescriptor ?? '', change.securityDescriptor);
    set('SetServiceObjectSecurity', { securityDescriptor });
  }
  if (change.environment !== undefined) set('RegSetValueExW', { environment: change.environment });
  if (change.host !== undefined) set('RegSetValueExW', { host: change.host });
}

/** Returns the status as QueryServiceStatusEx; 1077 when the service has never run. */
export function reportOf({ config }: ServiceRecord, status: ServiceStatus | undefined, pid: number): ServiceReport {
  const { type } = config;
  const base = { pid, checkpoint: 0, waitHintMs: 0, accepts: [], type };
  if (!status) return { ...base, state: 'stopped', exit: { win32: win32Code('ERROR_SERVICE_NEVER_STARTED') } };
  if (status.state === 'stopped') return { ...base, ...status };
  return { ...base, exit: { win32: 0 }, ...status };
}

export function isListed({ state, type }: ListedService, group: string, filter: ListFilter): boolean {
  if (filter.state !== 'all' && (filter.state === 'active') !== (state !== 'stopped')) return false;
  if (filter.type !== 'all' && (filter.type === 'driver') !== (type.endsWith('Driver') || type === 'adapter'))
    return false;
  return filter.group === undefined || filter.group.toLowerCase() === group.toLowerCase();
}

/** Returns the access that a control needs. */
export function accessFor(control: ClientControl): string {
  if (typeof control === 'number') return 'USER_DEFINED_CONTROL';
  if (control === 'stop') return 'STOP';
  return control === 'interrogate' ? 'INTERROGATE' : 'PAUSE_CONTINUE';
}

const NET_BIND = {
  netBindAdd: 'add',
  netBindRemove: 'remove',
  netBindEnable: 'enable',
  netBindDisable: 'disable',
} as const;

export function eventOf(control: ClientControl): ControlEvent {
  if (typeof control === 'number') return { type: 'command', code: control };
  if (control in NET_BIND) return { type: 'netBind', change: NET_BIND[control as keyof typeof NET_BIND] };
  return { type: control as Exclude<ClientControl, number | keyof typeof NET_BIND> };
}

/** Access that an ordinary user has by default. */
const FOR_EVERYBODY = new Set([
  'CONNECT',
  'ENUMERATE_SERVICE',
  'QUERY_CONFIG',
  'QUERY_STATUS',
  'ENUMERATE_DEPENDENTS',
  'INTERROGATE',
  'READ_CONTROL',
]);

/** Returns whether an ordinary user has all of this access. */
export function isForEverybody(access: readonly string[]): boolean {
  return access.every((right) => FOR_EVERYBODY.has(right));
}
