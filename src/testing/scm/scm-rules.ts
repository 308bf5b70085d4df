import type { Win32Symbol } from '../../errors/win32-codes.ts';
import { acceptableOf, type ControlEvent } from '../../scm/controls.ts';
import type { ResolvedNotificationOptions } from '../../scm/notifications.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';

/** Time that the SCM waits for the connection, and for the answer to a control, in milliseconds. */
export const SCM_LIMIT_MS = 30_000;

/**
 * Returns the error with which the SCM refuses a control for a service in this status; `undefined`: it sends it.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-controlservice (return value)
 */
export function refusalOf(event: ControlEvent, status: ServiceStatus): Win32Symbol | undefined {
  if (!SENDABLE.has(event.type)) return 'ERROR_INVALID_PARAMETER';
  if (event.type === 'command' && (event.code < 128 || event.code > 255)) return 'ERROR_INVALID_PARAMETER';
  if (status.state === 'stopped') return 'ERROR_SERVICE_NOT_ACTIVE';
  if (status.state === 'stopPending') return 'ERROR_SERVICE_CANNOT_ACCEPT_CTRL';
  if (status.state === 'startPending' && event.type !== 'stop') return 'ERROR_SERVICE_CANNOT_ACCEPT_CTRL';
  const acceptable = acceptableOf(event.type);
  if (acceptable && !status.accepts.includes(acceptable)) return 'ERROR_INVALID_SERVICE_CONTROL';
  return undefined;
}

/** Controls that ControlService takes; only the system sends the others. */
const SENDABLE = new Set<ControlEvent['type']>([
  'stop',
  'pause',
  'continue',
  'interrogate',
  'paramChange',
  'netBind',
  'command',
]);

/** Returns whether the system sends a notification to a service in this status. If not, there is no error. */
export function isNotified(event: ControlEvent, status: ServiceStatus): boolean {
  if (SENDABLE.has(event.type) || status.state === 'stopped' || status.state === 'stopPending') return false;
  const acceptable = acceptableOf(event.type);
  return !acceptable || status.accepts.includes(acceptable);
}

/** Returns whether these options include the notification: Windows sends power settings and device events on request only. */
export function isAsked(event: ControlEvent, asked: ResolvedNotificationOptions | undefined): boolean {
  if (event.type === 'powerEvent' && event.setting) {
    const { name, guid } = event.setting;
    return asked?.power.some((wanted) => wanted === name || wanted === guid) ?? false;
  }
  if (event.type === 'deviceEvent' && event.device?.kind === 'interface') return (asked?.devices.length ?? 0) > 0;
  return true;
}
