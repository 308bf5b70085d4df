import type { MessageAnswer, MessageButtons, MessageStyle, SessionState } from '../../scm/sessions.ts';

/** Value of WTS_CURRENT_SERVER_HANDLE: this machine. */
export const THIS_SERVER = null;

/** Values of WTS_INFO_CLASS. */
export const INFO = { userName: 5, domainName: 7, clientName: 10 } as const;

/** Result of WTSGetActiveConsoleSessionId while no session has the console. */
export const NO_SESSION = 0xffff_ffff;

/** Names for WTS_CONNECTSTATE_CLASS, in its order. */
export const STATES: readonly SessionState[] = [
  'active',
  'connected',
  'connectQuery',
  'shadow',
  'disconnected',
  'idle',
  'listen',
  'reset',
  'down',
  'init',
];

/** Values of MB_* of winuser.h: the buttons. */
export const BUTTONS: Readonly<Record<MessageButtons, number>> = {
  ok: 0x0,
  okCancel: 0x1,
  abortRetryIgnore: 0x2,
  yesNoCancel: 0x3,
  yesNo: 0x4,
  retryCancel: 0x5,
  cancelTryContinue: 0x6,
};

/** Values of MB_ICON* of winuser.h. */
export const STYLES: Readonly<Record<MessageStyle, number>> = {
  plain: 0x0,
  error: 0x10,
  question: 0x20,
  warning: 0x30,
  info: 0x40,
};

/** Names for ID* of winuser.h and wtsapi32.h. */
export const ANSWERS: Readonly<Record<number, MessageAnswer>> = {
  1: 'ok',
  2: 'cancel',
  3: 'abort',
  4: 'retry',
  5: 'ignore',
  6: 'yes',
  7: 'no',
  8: 'close',
  9: 'help',
  10: 'tryAgain',
  11: 'continue',
  32_000: 'timeout',
  32_001: 'async',
};

export const ERROR_ACCESS_DENIED = 5;
export const ERROR_CTX_WINSTATION_NOT_FOUND = 7022;
