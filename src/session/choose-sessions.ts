import { ServiceError } from '../errors/service-error.ts';
import type { Session } from '../scm/sessions.ts';
import type { MessageTarget } from './message-options.ts';

/** The sessions that a message goes to. @throws ServiceError NO_SESSION when nobody is there. */
export function chooseSessions(sessions: readonly Session[], target: Exclude<MessageTarget, number>): number[] {
  const taken = sessions.filter(({ user }) => user !== undefined);
  switch (target) {
    case 'all':
      return taken.map(({ id }) => id);
    case 'console': {
      const session = taken.find(({ isConsole }) => isConsole);
      if (!session) throw nobody('Nobody is logged on at the machine itself', target);
      return [session.id];
    }
    case 'active': {
      const active = taken.filter(({ state }) => state === 'active');
      const session = active.find(({ isConsole }) => isConsole) ?? active[0];
      if (!session) throw nobody('Nobody is logged on and connected', target);
      return [session.id];
    }
  }
}

function nobody(what: string, session: MessageTarget): ServiceError {
  return new ServiceError(
    'NO_SESSION',
    `${what}: there is no screen that a message could be shown on. Write it to the event log, or send it with a notifier of winsvc/watchdog. A virtual account, the default of winsvc, sees no users of other sessions: run the service as LocalSystem, LocalService or NetworkService for that.`,
    { details: { session } },
  );
}
