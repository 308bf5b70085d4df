/** Code of the host thread that only some services need: a separate file, loaded after their start. */
import { Win32Error, type Win32ErrorContext } from '../../errors/win32-error.ts';
import type { HostWarning } from './messages.ts';

export { SessionUsers } from '../wts/session-users.ts';
export { requestNotifications } from './notifications.ts';

/** Converts an error to plain data. Here, because each file that is built has its own class Win32Error. */
export function warningOf(error: Error): HostWarning {
  return error instanceof Win32Error
    ? { win32: error.details as unknown as Win32ErrorContext }
    : { message: error.message };
}
