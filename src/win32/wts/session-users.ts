import type { Ffi } from '../ffi/ffi.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import { bindTable, type DllOverrides } from '../bind-table.ts';
import { SESSION_FUNCTIONS } from './functions.ts';
import { enumerateSessions } from './list-sessions.ts';
import { readSessionUser, type SessionApi } from './session-info.ts';

/**
 * Users of sessions. At a logoff Windows may have forgotten the user already, so it is looked up at each event, and once
 * for the sessions that existed before.
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

  /** Looks up all sessions. Those that can't be queried stay unknown; that isn't reported. */
  async learn(): Promise<void> {
    const sessions = await enumerateSessions(this.#ffi, this.#api).catch(() => []);
    for (const { id } of sessions) await this.of(id);
  }

  /** Returns the user who has the session now, or had it at the last query. */
  of(sessionId: number): Promise<SessionUser | undefined> {
    let answer = this.#asked.get(sessionId);
    if (!answer) {
      answer = this.#ask(sessionId).finally(() => this.#asked.delete(sessionId));
      this.#asked.set(sessionId, answer);
    }
    return answer;
  }

  /** Forgets a session that has ended: its number may be used again. */
  forget(sessionId: number): void {
    this.#known.delete(sessionId);
  }

  async #ask(sessionId: number): Promise<SessionUser | undefined> {
    const user = await readSessionUser(this.#ffi, this.#api, sessionId).catch(() => undefined);
    if (user) this.#known.set(sessionId, user);
    return user ?? this.#known.get(sessionId);
  }
}
