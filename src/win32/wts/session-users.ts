import type { Ffi } from '../ffi/ffi.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import { bindTable, type DllOverrides } from '../bind-table.ts';
import { SESSION_FUNCTIONS } from './functions.ts';
import { enumerateSessions } from './list-sessions.ts';
import { readSessionUser, type SessionApi } from './session-info.ts';

/**
 * Who had which session: at a logoff Windows may have forgotten it already, so it is looked up at each event, and once
 * for the sessions that were there before.
 */
export class SessionUsers {
  readonly #ffi: Ffi;
  readonly #api: SessionApi;
  readonly #known = new Map<number, SessionUser>();
  readonly #asked = new Map<number, Promise<SessionUser | undefined>>();

  constructor(ffi: Ffi, dlls: DllOverrides = {}) {
    this.#ffi = ffi;
    this.#api = bindTable(ffi, SESSION_FUNCTIONS, dlls);
  }

  /** Looks all sessions up. What can't be asked isn't known: nobody is told of it. */
  async learn(): Promise<void> {
    const sessions = await enumerateSessions(this.#ffi, this.#api).catch(() => []);
    for (const { id } of sessions) await this.of(id);
  }

  /** Who has the session now, or had it when it was asked last. */
  of(sessionId: number): Promise<SessionUser | undefined> {
    let answer = this.#asked.get(sessionId);
    if (!answer) {
      answer = this.#ask(sessionId).finally(() => this.#asked.delete(sessionId));
      this.#asked.set(sessionId, answer);
    }
    return answer;
  }

  /** A session that is no more: its number may be used again. */
  forget(sessionId: number): void {
    this.#known.delete(sessionId);
  }

  async #ask(sessionId: number): Promise<SessionUser | undefined> {
    const user = await readSessionUser(this.#ffi, this.#api, sessionId).catch(() => undefined);
    if (user) this.#known.set(sessionId, user);
    return user ?? this.#known.get(sessionId);
  }
}
