import { ServiceError } from '../errors/service-error.ts';
import type { MessageAnswer, Session, SessionService, SessionUser } from '../scm/sessions.ts';
import type { MessageOptions } from './message-options.ts';
import { createSessions, type SessionAnswer } from './sessions.ts';

export type {
  MessageAnswer,
  MessageButtons,
  MessageStyle,
  Session,
  SessionState,
  SessionUser,
} from '../scm/sessions.ts';
export type { Duration } from '../util/duration.ts';
export type { MessageOptions, MessageTarget } from './message-options.ts';
export type { SessionAnswer, Sessions } from './sessions.ts';

let port: SessionService | undefined;

const sessions = createSessions(async (call) => {
  if (process.platform !== 'win32') {
    throw new ServiceError(
      'WINDOWS_ONLY',
      `${call} needs Windows; this is ${process.platform}. In tests use createMockScm().sessions of winsvc/testing.`,
    );
  }
  if (!port) {
    const [{ openFfi }, { createWin32Sessions }] = await Promise.all([
      import('../win32/ffi/open-ffi.ts'),
      import('../win32/wts/win32-sessions.ts'),
    ]);
    port = createWin32Sessions(openFfi());
  }
  return port;
});

/**
 * Lists the sessions of this machine: that of the services (0), that of the console, remote ones, and the listeners for
 * those. Needs no administrator rights; without them, Windows may hide the users of other sessions.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsenumeratesessionsw
 *
 * @throws ServiceError WINDOWS_ONLY, FFI_MISSING; Win32Error
 * @example
 * const users = (await listSessions()).flatMap(({ user }) => user?.name ?? []);
 */
export function listSessions(): Promise<readonly Session[]> {
  return sessions.listSessions();
}

/**
 * Returns the user of a session; `undefined`: none is logged on.
 *
 * @throws ServiceError INVALID_OPTIONS, WINDOWS_ONLY, FFI_MISSING; Win32Error when there is no such session.
 */
export function sessionUser(sessionId: number): Promise<SessionUser | undefined> {
  return sessions.sessionUser(sessionId);
}

/**
 * Shows a message box to every user who is logged on. Resolves with the answer of each session.
 *
 * @throws ServiceError INVALID_OPTIONS, WINDOWS_ONLY, FFI_MISSING; Win32Error; the reason of `signal`
 */
export function sendMessageToUser(
  options: MessageOptions & { readonly session: 'all' },
): Promise<readonly SessionAnswer[]>;
/**
 * Shows a message box to a user who is logged on, from a service, which has no screen of its own. Resolves with the
 * button that was pressed.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtssendmessagew
 *
 * @throws ServiceError INVALID_OPTIONS; NO_SESSION when no user is logged on; WINDOWS_ONLY, FFI_MISSING; Win32Error; the
 * reason of `signal`
 * @example
 * const answer = await sendMessageToUser({
 *   title: 'Orders API',
 *   text: 'An update is ready. Restart the service now?',
 *   buttons: 'yesNo',
 *   timeout: '2m',
 * });
 * if (answer === 'yes') await update();
 */
export function sendMessageToUser(
  options: MessageOptions & { readonly session?: number | 'console' | 'active' },
): Promise<MessageAnswer>;
export function sendMessageToUser(options: MessageOptions): Promise<MessageAnswer | readonly SessionAnswer[]> {
  return sessions.sendMessageToUser(options as MessageOptions & { readonly session: 'all' });
}
