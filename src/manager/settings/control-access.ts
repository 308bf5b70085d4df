/** Query, start, stop, pause, continue and user-defined controls: everything to run a service, nothing to change it. */
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
