import type { EventReader } from '../../scm/event-log.ts';
import { bindTable } from '../bind-table.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { Win32EventCursor } from './event-cursor.ts';
import { openResults, readError } from './event-results.ts';
import { openEventSession } from './event-session.ts';
import { READ_FUNCTIONS } from './functions.ts';
import { WaitHub } from './wait-hub.ts';

/** Creates the reader of the event logs of Windows. Source: https://learn.microsoft.com/windows/win32/wes/consuming-events */
export function createWin32EventReader(ffi: Ffi): EventReader {
  const api = bindTable(ffi, READ_FUNCTIONS);
  const hub = new WaitHub(ffi, api);
  return {
    async open(query) {
      const session = query.machine === undefined ? undefined : await openEventSession(ffi, api, query.machine);
      let arrived: bigint | undefined;
      try {
        if (query.follow !== 'no') {
          arrived = api.CreateEventW(null, 1, 0, null) as bigint;
          if (!arrived) throw readError('CreateEventW', query, ffi.lastError());
        }
        const results = await openResults(api, { query, session, arrived, after: undefined });
        return new Win32EventCursor({ ffi, api, hub, query, session, arrived }, results);
      } catch (error) {
        if (arrived) api.CloseHandle(arrived);
        if (session !== undefined) api.EvtClose(session);
        throw error;
      }
    },
  };
}
