import { ServiceError } from '../errors/service-error.ts';
import type { Session } from '../scm/sessions.ts';
import type { MessageTarget } from './message-options.ts';

/** Chooses the sessions that get a message. @throws ServiceError NO_SESSION when no user is logged on */
export function chooseSessions(sessions: readonly Session[], target: Exclude<MessageTarget, number>): number[] {
  const taken = sessions.filter(({ user }) => user !== undefined);
  switch (target) {
    case 'all':
      return taken.map(({ id }) => id);
    case 'console': {
      const session = taken.find(({ isConsole }) => isConsole);
      if (!session) throw noSession('No user is logged on at the machine itself', target);
      return [session.id];
    }
    case 'active': {
      const active = taken.filter(({ state }) => state === 'active');
      const session = active.find(({ isConsole }) => isConsole) ?? active[0];
      if (!session) throw noSession('No user is logged on and connected', target);
      return [session.id];
    }
  }
}

function noSession(what: string, session: MessageTarget): ServiceError {
  return new ServiceError(
    'NO_SESSION',
    `${what}: there is no screen to show a message on. Write it to the event log, or send it with a notifier of winsvc/watchdog. A virtual account, the default of winsvc, sees no users of other sessions: run the service as LocalSystem, LocalService or NetworkService for that.`,
    { details: { session } },
  );
}
