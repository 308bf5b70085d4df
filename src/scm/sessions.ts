/** User that is logged on to a session. */
export interface SessionUser {
  /** Name without the domain: `'maria'`. */
  readonly name: string;
  /** Domain; for a local account the name of the computer. */
  readonly domain: string;
}

/**
 * State of a session.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/wtsapi32/ne-wtsapi32-wts_connectstate_class
 */
export type SessionState =
  /** A user is logged on and connected. */
  | 'active'
  | 'connected'
  | 'connectQuery'
  | 'shadow'
  /** A user may be logged on, without a screen. Session 0, that of the services, has this state. */
  | 'disconnected'
  | 'idle'
  /** Waits for remote connections. */
  | 'listen'
  | 'reset'
  | 'down'
  | 'init'
  | 'unknown';

/** A session of this machine. */
export interface Session {
  /** Number of the session; 0: that of the services. */
  readonly id: number;
  /** Name of its window station: `'Services'`, `'Console'`, `'RDP-Tcp#0'`; empty while it is disconnected. */
  readonly name: string;
  /** State at the moment of the query. */
  readonly state: SessionState;
  /** User that is logged on; `undefined`: none. */
  readonly user: SessionUser | undefined;
  /** Name of the computer that a remote session comes from; `undefined`: a local session. */
  readonly clientName: string | undefined;
  /** `true`: its screen and keyboard are those of the machine. */
  readonly isConsole: boolean;
}

/** The buttons of a message, as MessageBox has them. */
export type MessageButtons =
  'ok' | 'okCancel' | 'abortRetryIgnore' | 'yesNoCancel' | 'yesNo' | 'retryCancel' | 'cancelTryContinue';

/** The icon of a message. */
export type MessageStyle = 'plain' | 'info' | 'question' | 'warning' | 'error';

/** The button that was pressed; `'timeout'`: none in time; `'async'`: the call didn't wait for it. */
export type MessageAnswer =
  | 'ok'
  | 'cancel'
  | 'abort'
  | 'retry'
  | 'ignore'
  | 'yes'
  | 'no'
  | 'close'
  | 'help'
  | 'tryAgain'
  | 'continue'
  | 'timeout'
  | 'async'
  | 'unknown';

/** A message box for the user of a session. */
export interface UserMessage {
  readonly title: string;
  readonly text: string;
  readonly buttons: MessageButtons;
  readonly style: MessageStyle;
  /** Time after which the box closes by itself, in whole seconds. 0: never. */
  readonly timeoutSeconds: number;
  /** `true`: wait for the answer. */
  readonly wait: boolean;
}

/** The sessions of a machine. */
export interface SessionService {
  /** Lists the sessions. @throws Win32Error */
  list(): Promise<readonly Session[]>;
  /** Returns the user of a session; `undefined`: none is logged on. @throws Win32Error when there is no such session. */
  user(sessionId: number): Promise<SessionUser | undefined>;
  /**
   * Shows a message. `signal` ends the wait, not the box: Windows has no way to close it.
   *
   * @throws Win32Error
   */
  send(sessionId: number, message: UserMessage, signal?: AbortSignal): Promise<MessageAnswer>;
}
