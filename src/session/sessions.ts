import { checkOptions } from '../errors/check-options.ts';
import type { MessageAnswer, Session, SessionService, SessionUser } from '../scm/sessions.ts';
import { wholeNumber } from '../util/option-types.ts';
import * as z from 'zod/mini';
import { chooseSessions } from './choose-sessions.ts';
import { MAX_SESSION_ID, type MessageOptions, parseMessage } from './message-options.ts';

/** What one session answered. `error`: why it could not be asked. */
export interface SessionAnswer {
  readonly session: number;
  readonly answer: MessageAnswer | undefined;
  readonly error: Error | undefined;
}

/**
 * What `winsvc/session` does, as a type: code that takes it as a parameter can be given the module
 * (`import * as sessions from 'winsvc/session'`), or `createMockScm().sessions` in a test.
 */
export interface Sessions {
  listSessions(): Promise<readonly Session[]>;
  sessionUser(sessionId: number): Promise<SessionUser | undefined>;
  sendMessageToUser(options: MessageOptions & { readonly session: 'all' }): Promise<readonly SessionAnswer[]>;
  sendMessageToUser(
    options: MessageOptions & { readonly session?: number | 'console' | 'active' },
  ): Promise<MessageAnswer>;
}

/** The calls, on the sessions that a port knows. */
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
