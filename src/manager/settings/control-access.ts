import { readEntries, toSddlAccount } from './sddl.ts';

/**
 * Query, start, stop, pause, continue and user-defined controls: the rights to control a service, without those to
 * change it.
 */
const CONTROL_RIGHTS = 'CCLCSWRPWPDTLOCRRC';

/**
 * Adds an entry to the access list of a descriptor that lets an account control the service. Returns the new access
 * list; `undefined` when the entry is there already.
 */
export function grantControl(descriptor: string, sid: string): string | undefined {
  const dacl = daclOf(descriptor);
  return hasEntry(dacl, sid) ? undefined : dacl + entryOf(sid);
}

/** Removes the entry of {@link grantControl}. Returns the new access list; `undefined` when there is none. */
export function revokeControl(descriptor: string, sid: string): string | undefined {
  const dacl = daclOf(descriptor);
  return hasEntry(dacl, sid) ? dacl.replaceAll(entryOf(sid), '') : undefined;
}

/** Rights without which a service can't be restarted: query the status, start, stop. */
const RESTART_RIGHTS = ['LC', 'RP', 'WP'];
/** Groups that the process of every service is in: Everyone, Authenticated Users, Service. */
const GROUPS_OF_SERVICES = ['WD', 'AU', 'SU'];

/**
 * Returns whether a service that runs as an account may query, start and stop this one. The first entry about a right
 * decides, as in AccessCheck. Of groups, those count that every service is in.
 *
 * Source: https://learn.microsoft.com/windows/win32/secauthz/how-dacls-control-access-to-an-object
 */
export function mayControl(descriptor: string, sid: string): boolean {
  const accounts = new Set([toSddlAccount(sid), ...GROUPS_OF_SERVICES]);
  const entries = readEntries(descriptor).filter(({ account }) => accounts.has(account));
  return RESTART_RIGHTS.every((right) => entries.find(({ rights }) => rights.has(right))?.type === 'allow');
}

function hasEntry(dacl: string, sid: string): boolean {
  return dacl.includes(entryOf(sid));
}

/** As the SCM spells it: the rights in the order of their bits. */
function entryOf(sid: string): string {
  return `(A;;${CONTROL_RIGHTS};;;${sid.toUpperCase()})`;
}

/** The access list: the owner, the group and the audit list stay as they are. */
function daclOf(descriptor: string): string {
  return /D:[A-Z]*(?:\([^)]*\))*/.exec(descriptor)?.[0] ?? 'D:';
}
