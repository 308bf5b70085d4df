import { parentPort, workerData } from 'node:worker_threads';
import type { UserMessage } from '../../scm/sessions.ts';
import { bindTable, type DllOverrides } from '../bind-table.ts';
import { createKoffiFfi } from '../ffi/koffi.ts';
import { SESSION_FUNCTIONS } from './functions.ts';
import { prepareMessage } from './message-box.ts';
import type { MessageOutcome } from './wait-for-answer.ts';

/** Thread that waits for one answer: WTSSendMessageW blocks until the user presses a button. */
const { sessionId, message, dlls } = workerData as {
  readonly sessionId: number;
  readonly message: UserMessage;
  readonly dlls: DllOverrides;
};
const ffi = createKoffiFfi();
const call = prepareMessage(ffi, sessionId, message);
const shown = bindTable(ffi, SESSION_FUNCTIONS, dlls).WTSSendMessageW(...call.args);
const outcome: MessageOutcome = shown ? { answer: call.answer() } : { win32Code: ffi.lastError() };
parentPort?.postMessage(outcome);
