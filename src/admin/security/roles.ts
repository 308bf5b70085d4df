/** The roles, from the one with the least rights. `metrics` reads `/metrics` and nothing else. */
export const ADMIN_ROLES = ['metrics', 'viewer', 'operator', 'admin'] as const;

/**
 * Role of a caller. `metrics`: scrapes `/metrics` only. `viewer`: reads. `operator`: also starts, stops, pauses.
 * `admin`: also changes configuration, installs, uninstalls, reads the audit log.
 */
export type AdminRole = (typeof ADMIN_ROLES)[number];

/** Returns whether a role includes another one. `metrics` is included in all of them. */
export function hasRole(role: AdminRole, needed: AdminRole): boolean {
  return ADMIN_ROLES.indexOf(role) >= ADMIN_ROLES.indexOf(needed);
}
