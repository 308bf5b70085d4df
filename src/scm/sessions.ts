/** Who is logged on to a session. */
export interface SessionUser {
  /** Without its domain: `'maria'`. */
  readonly name: string;
  /** The domain, or the computer's name for a local account. */
  readonly domain: string;
}

/**
 * What a session is doing.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/wtsapi32/ne-wtsapi32-wts_connectstate_class
 */
export type SessionState =
  /** Somebody is logged on and connected. */
  | 'active'
  | 'connected'
  | 'connectQuery'
  | 'shadow'
  /** Somebody may be logged on, without a screen. Session 0, the services', is in this state. */
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
  readonly id: number;
  /** The name of its window station: `'Services'`, `'Console'`, `'RDP-Tcp#0'`; empty while it is disconnected. */
  readonly name: string;
  readonly state: SessionState;
  /** Undefined: nobody is logged on. */
  readonly user: SessionUser | undefined;
  /** The computer that a remote session comes from. */
  readonly clientName: string | undefined;
  /** Whether its screen and keyboard are those of the machine. */
  readonly isConsole: boolean;
}

/** The buttons of a message, as MessageBox has them. */
export type MessageButtons =
  'ok' | 'okCancel' | 'abortRetryIgnore' | 'yesNoCancel' | 'yesNo' | 'retryCancel' | 'cancelTryContinue';

/** The icon of a message. */
export type MessageStyle = 'plain' | 'info' | 'question' | 'warning' | 'error';

/** The button that was pressed; `'timeout'`: none in time; `'async'`: nobody waited for one. */
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
  /** When the box closes by itself, in whole seconds. 0: never. */
  readonly timeoutSeconds: number;
  /** Whether the answer is waited for. */
  readonly wait: boolean;
}

/** The sessions of a machine. */
export interface SessionService {
  /** @throws Win32Error */
  list(): Promise<readonly Session[]>;
  /** @throws Win32Error when there is no such session. */
  user(sessionId: number): Promise<SessionUser | undefined>;
  /**
   * Shows a message. `signal` ends the wait, not the box: Windows has no way to close it.
   *
   * @throws Win32Error
   */
  send(sessionId: number, message: UserMessage, signal?: AbortSignal): Promise<MessageAnswer>;
}
