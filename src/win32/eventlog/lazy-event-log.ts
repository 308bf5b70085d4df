import type { EventLogService } from '../../scm/event-log.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { createWin32EventLog } from './win32-event-log.ts';

/** The Event Log service, without the FFI library until there is something to write: loading it takes longer than most starts. */
export function createLazyEventLog(loadFfi: () => Ffi): EventLogService {
  let port: EventLogService | undefined;
  const load = (): EventLogService => (port ??= createWin32EventLog(loadFfi()));
  return {
    open: (target) => load().open(target),
    openRemote: (target, machine) => load().openRemote(target, machine),
  };
}
