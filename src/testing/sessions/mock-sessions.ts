import type { SessionReason } from 'winsvc';
import type { MessageAnswer, MessageOptions, Session, SessionAnswer, SessionUser } from 'winsvc/session';
import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { SessionService, UserMessage } from '../../scm/sessions.ts';
import { createSessions, type Sessions } from '../../session/sessions.ts';
import type { Clock } from '../../util/clock.ts';
import type { Faults, FaultyCall } from '../scm/faults.ts';
import { MockMessage } from './mock-message.ts';

/** User and place of a logon. */
export interface MockLogOn {
  /** Name of the user. */
  readonly user: string;
  /** Domain of the user. Default `'MOCK'`. */
  readonly domain?: string;
  /** Computer that a remote session comes from. Default: none, the user sits at the machine. */
  readonly clientName?: string;
}

/** Sends a session event to the services; resolves when they have received it. */
export type TellServices = (reason: SessionReason, sessionId: number) => Promise<void>;

const SERVICES: Session = {
  id: 0,
  name: 'Services',
  state: 'disconnected',
  user: undefined,
  clientName: undefined,
  isConsole: false,
};

/**
 * Sessions of the mocked machine, and the messages shown there. It has the calls of `winsvc/session`, so that a test can
 * pass it to code that takes them as a parameter.
 */
export class MockSessions {
  /** Messages that were sent, the newest last. */
  readonly messages: MockMessage[] = [];
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #tell: TellServices;
  readonly #sessions = new Map<number, Session>([[0, SERVICES]]);
  /** Users of sessions that have ended. */
  readonly #gone = new Map<number, SessionUser>();
  readonly #calls: Sessions;
  #last = 0;

  /** @internal */
  constructor(clock: Clock, faults: Faults, tell: TellServices) {
    this.#clock = clock;
    this.#faults = faults;
    this.#tell = tell;
    const port = this.#port();
    this.#calls = createSessions(() => Promise.resolve(port));
  }

  /** Logs a user on: adds a session and notifies the services. Resolves when they have received the event. */
  async logOn({ user, domain = 'MOCK', clientName }: MockLogOn): Promise<Session> {
    const id = ++this.#last;
    const atMachine = clientName === undefined;
    if (atMachine) this.#leaveConsole();
    const session: Session = {
      id,
      name: atMachine ? 'Console' : `RDP-Tcp#${id}`,
      state: 'active',
      user: { name: user, domain },
      clientName,
      isConsole: atMachine,
    };
    this.#sessions.set(id, session);
    await this.#tell('logon', id);
    return session;
  }

  /** Logs a user off. The services are notified afterwards, as on Windows; `event.user()` still returns the user. */
  async logOff(sessionId: number): Promise<void> {
    const session = this.#require(sessionId);
    if (session.user) this.#gone.set(sessionId, session.user);
    this.#sessions.delete(sessionId);
    for (const message of this.#open) if (message.session === sessionId) message.dismiss();
    await this.#tell('logoff', sessionId);
  }

  /** Sends another session event: `'lock'`, `'unlock'`, `'remoteDisconnect'` … */
  async change(sessionId: number, reason: Exclude<SessionReason, 'logon' | 'logoff'>): Promise<void> {
    const session = this.#require(sessionId);
    if (reason === 'remoteDisconnect' || reason === 'consoleDisconnect')
      this.#sessions.set(sessionId, { ...session, state: 'disconnected', name: '', isConsole: false });
    await this.#tell(reason, sessionId);
  }

  /** Lists the sessions, as `listSessions` of winsvc/session. */
  listSessions(): Promise<readonly Session[]> {
    return this.#calls.listSessions();
  }

  /** Finds the user of a session, as `sessionUser` of winsvc/session. */
  sessionUser(sessionId: number): Promise<SessionUser | undefined> {
    return this.#calls.sessionUser(sessionId);
  }

  /** Shows a message in every session, as `sendMessageToUser` of winsvc/session. */
  sendMessageToUser(options: MessageOptions & { readonly session: 'all' }): Promise<readonly SessionAnswer[]>;
  /** Shows a message in one session. */
  sendMessageToUser(
    options: MessageOptions & { readonly session?: number | 'console' | 'active' },
  ): Promise<MessageAnswer>;
  sendMessageToUser(options: MessageOptions): Promise<MessageAnswer | readonly SessionAnswer[]> {
    return this.#calls.sendMessageToUser(options as MessageOptions & { readonly session: 'all' });
  }

  /** @internal User of a session, or of the last one with that id. */
  userOf(sessionId: number): SessionUser | undefined {
    return this.#sessions.get(sessionId)?.user ?? this.#gone.get(sessionId);
  }

  /** @internal Boxes that a test has left open. */
  get unsettled(): readonly string[] {
    return this.#open.map(
      ({ title, session }) =>
        `the message "${title}" to session ${session} waits for an answer: call its answer('…'), or give it a timeout`,
    );
  }

  get #open(): readonly MockMessage[] {
    return this.messages.filter(({ open }) => open);
  }

  #port(): SessionService {
    // Answers come in a later tick, as from the system.
    return {
      list: async () => {
        await Promise.resolve();
        this.#check('WTSEnumerateSessionsW', 'list the sessions');
        return [...this.#sessions.values()];
      },
      user: async (sessionId) => {
        await Promise.resolve();
        const action = `ask for the user of session ${sessionId}`;
        this.#check('WTSQuerySessionInformationW', action);
        return this.#find(sessionId, 'WTSQuerySessionInformationW', action).user;
      },
      send: async (sessionId, message, signal) => {
        await Promise.resolve();
        const action = `show a message to the user of session ${sessionId}`;
        this.#check('WTSSendMessageW', action);
        this.#find(sessionId, 'WTSSendMessageW', action);
        return this.#show(sessionId, message, signal);
      },
    };
  }

  #show(session: number, message: UserMessage, signal: AbortSignal | undefined): Promise<MessageAnswer> {
    const shown = new MockMessage(session, message, this.#clock);
    this.messages.push(shown);
    return shown.answered(signal);
  }

  #check(call: FaultyCall, action: string): void {
    const symbol = this.#faults.take(call);
    if (symbol) throw new Win32Error({ api: call, win32Code: win32Code(symbol), action });
  }

  #find(sessionId: number, api: FaultyCall, action: string): Session {
    const session = this.#sessions.get(sessionId);
    if (session) return session;
    throw new Win32Error({ api, win32Code: win32Code('ERROR_CTX_WINSTATION_NOT_FOUND'), action });
  }

  #require(sessionId: number): Session {
    const session = this.#sessions.get(sessionId);
    if (session && sessionId !== 0) return session;
    throw new ServiceError(
      'MOCK_MISUSE',
      `The mocked machine has no session ${sessionId} with a logged-on user; scm.sessions.logOn({ user: '…' }) makes one.`,
    );
  }

  /** Switches away from the user of the console: there is one console. */
  #leaveConsole(): void {
    for (const [id, session] of this.#sessions)
      if (session.isConsole) this.#sessions.set(id, { ...session, state: 'disconnected', name: '', isConsole: false });
  }
}
