import { ApiError } from '../api/api-error.ts';
import type { ServiceConfigPatch } from '../api/schemas/config-types.ts';

/** Settings with which a caller can't run a program of their choice. All others need `allowInstall`. */
const HARMLESS: ReadonlySet<string> = new Set([
  'displayName',
  'description',
  'startType',
  'dependencies',
  'recovery',
  'recoverOnFailureExit',
  'preshutdownTimeout',
] satisfies (keyof ServiceConfigPatch)[]);

/**
 * Refuses changes with which the caller could run a program with the rights of the service.
 *
 * @throws ApiError INSTALL_NOT_ALLOWED
 */
export function checkInstallRules(change: ServiceConfigPatch, allowInstall: boolean): void {
  if (allowInstall) return;
  const refused = Object.keys(change).filter((setting) => !HARMLESS.has(setting));
  const { recovery } = change;
  // The SCM runs it as SYSTEM. A text that is there already may be cleared.
  if (recovery?.command) refused.push('recovery.command');
  if (recovery?.rebootMessage) refused.push('recovery.rebootMessage');
  if (recovery?.actions?.some(({ type }) => type === 'runCommand' || type === 'reboot'))
    refused.push('recovery.actions');
  if (refused.length === 0) return;
  throw new ApiError('INSTALL_NOT_ALLOWED', {
    detail: `Without allowInstall these cannot be changed: ${refused.join(', ')}.`,
    problems: refused.map((path) => ({ path: `body.${path}`, message: 'needs allowInstall' })),
  });
}
