import type { Ffi } from '../ffi/ffi.ts';
import type { SessionService } from '../../scm/sessions.ts';
import { bindTable, type DllOverrides } from '../bind-table.ts';
import { NO_SESSION } from './constants.ts';
import { SESSION_FUNCTIONS } from './functions.ts';
import { listSessions } from './list-sessions.ts';
import { messageError, prepareMessage } from './message-box.ts';
import { readSessionUser } from './session-info.ts';
import { waitForAnswer } from './wait-for-answer.ts';

/** Creates the calls to the Remote Desktop Services of this machine, which keep its sessions, local ones too. */
export function createWin32Sessions(ffi: Ffi, dlls: DllOverrides = {}): SessionService {
  const api = bindTable(ffi, SESSION_FUNCTIONS, dlls);
  const endProcess = (): void => {
    api.TerminateProcess(api.GetCurrentProcess(), Number(process.exitCode ?? 0));
  };
  return {
    list() {
      const consoleId = Number(api.WTSGetActiveConsoleSessionId());
      return listSessions(ffi, api, consoleId === NO_SESSION ? Number.NaN : consoleId);
    },
    user: (sessionId) => readSessionUser(ffi, api, sessionId),
    async send(sessionId, message, signal) {
      signal?.throwIfAborted();
      if (message.wait) return waitForAnswer(sessionId, message, signal, endProcess, dlls);
      const call = prepareMessage(ffi, sessionId, message);
      try {
        const { value, lastError } = await api.WTSSendMessageW.async(...call.args);
        if (!value) throw messageError(sessionId, lastError);
        return call.answer();
      } finally {
        call.free();
      }
    },
  };
}
