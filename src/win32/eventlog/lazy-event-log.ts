import type { EventLogPort } from '../../ports/event-log-port.ts';
import type { FfiPort } from '../../ports/ffi-port.ts';
import { createWin32EventLog } from './win32-event-log.ts';

/** The Event Log service, without the FFI library until there is something to write: loading it takes longer than most starts. */
export function createLazyEventLog(loadFfi: () => FfiPort): EventLogPort {
  let port: EventLogPort | undefined;
  const load = (): EventLogPort => (port ??= createWin32EventLog(loadFfi()));
  return {
    open: (target) => load().open(target),
    openRemote: (target, machine) => load().openRemote(target, machine),
  };
}
