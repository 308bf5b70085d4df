import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { FAILURE_IDS, OTHER_FAILURE_ID } from '../../errors/event-ids.ts';
import type { Ffi } from '../ffi/ffi.ts';
import type { HostRegistration } from '../../host/service-host.ts';
import { formatJsonLine } from '../../util/json-line.ts';
import { type CrashBuffer, salvageLogs } from '../../util/crash-buffer.ts';
import type { AppView } from './main-thread-stack.ts';

/** Stack of an app that the inspector doesn't reach. */
export const NATIVE = '    at <native code>';

/** Parts with which the host thread writes for an app that can't write any more. */
interface Records {
  readonly ffi: Ffi | undefined;
  readonly crashBuffers: readonly CrashBuffer[];
  readonly registration: HostRegistration;
}

/** Takes the stack of the app, and the value of an expression in it. Modules are loaded here when they are needed, which is rare. */
export async function lookAtApp(expression?: string): Promise<AppView> {
  try {
    const { mainThreadStack } = await import('./main-thread-stack.ts');
    return await mainThreadStack(expression);
  } catch {
    // A Node without an inspector: the app is ended all the same.
    return { stack: undefined, value: undefined };
  }
}

/** Saves the records that the app has logged and can't write, followed by the record of its end. */
export async function recordForApp(
  { ffi, crashBuffers, registration }: Records,
  code: ErrorCode,
  message: string,
  { stack = NATIVE, value: report }: AppView,
): Promise<void> {
  try {
    const { makePrivateFolder } = await import('../folders/private-folder.ts');
    const [log] = crashBuffers;
    const makeDir = (dir: string): void => {
      // Without Win32 the folder can't be checked: only one that exists already is used.
      if (ffi) makePrivateFolder(dir, () => ffi, registration.name);
    };
    if (log) makeDir(dirname(log.path));
    salvageLogs(crashBuffers, makeDir);
    const error = { type: 'ServiceError', code, message, stack };
    if (log) appendFileSync(log.path, formatJsonLine(registration.name, 'error', message, { report, error }));
  } catch {
    // A full disk must not keep the service from ending.
  }
  await recordEvent(ffi, registration, code, [message, ...(report ? [`report: ${report}`] : []), stack].join('\n'));
}

/** Writes to the event log, if the service has a source. */
export async function recordEvent(
  ffi: Ffi | undefined,
  { eventSource }: HostRegistration,
  code: ErrorCode,
  text: string,
): Promise<void> {
  if (!eventSource || !ffi) return;
  try {
    const { createWin32EventLog } = await import('../eventlog/win32-event-log.ts');
    const log = createWin32EventLog(ffi).open(eventSource);
    const eventId = FAILURE_IDS[code] ?? OTHER_FAILURE_ID;
    log.report({ severity: 'error', eventId, category: 0, strings: [text], data: undefined, user: undefined });
    log.close();
  } catch {
    // The source isn't installed: the log of the app has a warning.
  }
}
