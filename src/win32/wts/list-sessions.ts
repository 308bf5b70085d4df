import type { Ffi } from '../ffi/ffi.ts';
import type { Session } from '../../scm/sessions.ts';
import { STATES } from './constants.ts';
import { WTS_SESSION_INFOW } from './functions.ts';
import { readSessionText, readSessionUser, type SessionApi, withWtsMemory } from './session-info.ts';

/** Facts about a session that the enumeration itself has. */
export type SessionEntry = Pick<Session, 'id' | 'name' | 'state'>;

/** Lists the sessions of this machine, with the facts of the enumeration. @throws Win32Error */
export function enumerateSessions(ffi: Ffi, api: SessionApi): Promise<SessionEntry[]> {
  // A reserved argument, and the only version.
  const call = { api: 'WTSEnumerateSessionsW', action: 'list the sessions', args: [0, 1] } as const;
  return withWtsMemory(ffi, api, call, (address, count) => {
    if (count === 0) return [];
    const entries = ffi.read(address, count * WTS_SESSION_INFOW.size);
    return Array.from({ length: count }, (_, i) => {
      const { SessionId, pWinStationName, State } = WTS_SESSION_INFOW.read(entries, i * WTS_SESSION_INFOW.size);
      const name = pWinStationName ? ffi.readText(pWinStationName) : '';
      return { id: SessionId, name, state: STATES[State] ?? 'unknown' };
    });
  });
}

/** Lists the sessions of this machine. A session that ends meanwhile is left out. @throws Win32Error */
export async function listSessions(ffi: Ffi, api: SessionApi, consoleId: number): Promise<Session[]> {
  const sessions: Session[] = [];
  for (const entry of await enumerateSessions(ffi, api)) {
    const details = await readDetails(ffi, api, entry);
    if (details) sessions.push({ ...entry, ...details, isConsole: entry.id === consoleId });
  }
  return sessions;
}

async function readDetails(
  ffi: Ffi,
  api: SessionApi,
  { id, state }: SessionEntry,
): Promise<Pick<Session, 'user' | 'clientName'> | undefined> {
  // A session that listens or is down has no user, and Windows refuses the query.
  if (state === 'listen' || state === 'down') return { user: undefined, clientName: undefined };
  try {
    const user = await readSessionUser(ffi, api, id);
    const clientName = await readSessionText(ffi, api, id, 'clientName');
    return { user, clientName: clientName || undefined };
  } catch (error) {
    if ((await enumerateSessions(ffi, api)).some((entry) => entry.id === id)) throw error;
    return undefined;
  }
}
