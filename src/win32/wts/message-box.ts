import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi, FfiValue } from '../ffi/ffi.ts';
import type { MessageAnswer, UserMessage } from '../../scm/sessions.ts';
import {
  ANSWERS,
  BUTTONS,
  ERROR_ACCESS_DENIED,
  ERROR_CTX_WINSTATION_NOT_FOUND,
  STYLES,
  THIS_SERVER,
} from './constants.ts';

/** Arguments of WTSSendMessageW, and the memory that they point to. */
export interface MessageCall {
  readonly args: readonly FfiValue[];
  /** Returns the answer, after the call. */
  answer(): MessageAnswer;
  free(): void;
}

/**
 * Lays out a call of WTSSendMessageW. The lengths are bytes, without the NUL.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtssendmessagew
 */
export function prepareMessage(ffi: Ffi, sessionId: number, message: UserMessage): MessageCall {
  const title = Buffer.from(`${message.title}\0`, 'utf16le');
  const text = Buffer.from(`${message.text}\0`, 'utf16le');
  const response = 4;
  const memory = ffi.alloc(response + title.length + text.length);
  title.copy(memory.buffer, response);
  text.copy(memory.buffer, response + title.length);
  const titleAt = memory.address + BigInt(response);
  return {
    args: [
      THIS_SERVER,
      sessionId,
      titleAt,
      title.length - 2,
      titleAt + BigInt(title.length),
      text.length - 2,
      BUTTONS[message.buttons] | STYLES[message.style],
      message.timeoutSeconds,
      memory.address,
      message.wait ? 1 : 0,
    ],
    answer: () => ANSWERS[memory.buffer.readUInt32LE(0)] ?? 'unknown',
    free() {
      memory.free();
    },
  };
}

/** Codes for a session that this account may not see: access denied, and no such session. */
const NEEDS_ACCOUNT: readonly number[] = [ERROR_ACCESS_DENIED, ERROR_CTX_WINSTATION_NOT_FOUND];
const ACCOUNT_HINT =
  'Its user may have logged off; listSessions() of winsvc/session shows those that there are. A virtual account, the default of winsvc, may not send messages: run the service as LocalSystem, LocalService or NetworkService.';

export function messageError(sessionId: number, win32Code: number): Win32Error {
  return new Win32Error({
    api: 'WTSSendMessageW',
    win32Code,
    action: `show a message to the user of session ${sessionId}`,
    ...(NEEDS_ACCOUNT.includes(win32Code) && { hint: ACCOUNT_HINT }),
    // Wine's call does nothing but fail.
    ...(win32Code === 0 && { hint: 'The system gave no reason; it may not have this call.' }),
  });
}
