import { checkOptions } from '../errors/check-options.ts';
import type { MessageAnswer, Session, SessionService, SessionUser } from '../scm/sessions.ts';
import { wholeNumber } from '../util/option-types.ts';
import * as z from 'zod/mini';
import { chooseSessions } from './choose-sessions.ts';
import { MAX_SESSION_ID, type MessageOptions, parseMessage } from './message-options.ts';

/** Answer of one session. */
export interface SessionAnswer {
  /** Number of the session. */
  readonly session: number;
  /** Button that was pressed; `undefined`: the message could not be shown. */
  readonly answer: MessageAnswer | undefined;
  /** Reason why the message could not be shown; `undefined`: it was shown. */
  readonly error: Error | undefined;
}

/**
 * Functions of `winsvc/session` as a type. Code that takes it as a parameter gets the module
 * (`import * as sessions from 'winsvc/session'`), or `createMockScm().sessions` in a test.
 */
export interface Sessions {
  /** Lists the sessions of this machine. @throws ServiceError WINDOWS_ONLY, FFI_MISSING; Win32Error */
  listSessions(): Promise<readonly Session[]>;
  /** Returns the user of a session; `undefined`: none is logged on. @throws ServiceError INVALID_OPTIONS; Win32Error */
  sessionUser(sessionId: number): Promise<SessionUser | undefined>;
  /** Shows a message box to every user who is logged on. Resolves with the answer of each session. @throws ServiceError INVALID_OPTIONS; Win32Error */
  sendMessageToUser(options: MessageOptions & { readonly session: 'all' }): Promise<readonly SessionAnswer[]>;
  /** Shows a message box to one user. Resolves with the button that was pressed. @throws ServiceError INVALID_OPTIONS, NO_SESSION; Win32Error */
  sendMessageToUser(
    options: MessageOptions & { readonly session?: number | 'console' | 'active' },
  ): Promise<MessageAnswer>;
}

/** Creates the functions over a service of sessions, which is opened at the first call. */
export function createSessions(open: (call: string) => Promise<SessionService>): Sessions {
  const send = async (options: MessageOptions): Promise<MessageAnswer | readonly SessionAnswer[]> => {
    const { target, message } = parseMessage(options);
    const { signal } = options;
    signal?.throwIfAborted();
    const port = await open('sendMessageToUser');
    if (typeof target === 'number') return port.send(target, message, signal);
    const chosen = chooseSessions(await port.list(), target);
    if (target !== 'all') return port.send(chosen[0] as number, message, signal);
    const results = await Promise.allSettled(chosen.map((id) => port.send(id, message, signal)));
    signal?.throwIfAborted();
    return results.map((result, i): SessionAnswer => {
      const session = chosen[i] as number;
      return result.status === 'fulfilled'
        ? { session, answer: result.value, error: undefined }
        : { session, answer: undefined, error: result.reason as Error };
    });
  };
  return {
    async listSessions() {
      return (await open('listSessions')).list();
    },
    async sessionUser(sessionId) {
      checkOptions('sessionUser', sessionIdSchema, { sessionId });
      return (await open('sessionUser')).user(sessionId);
    },
    sendMessageToUser: send as Sessions['sendMessageToUser'],
  };
}

const sessionIdSchema = z.strictObject({ sessionId: wholeNumber(0, MAX_SESSION_ID) });
