import type { HostConnection } from '../../host/service-host.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import type { SessionChangeEvent, SessionReason } from '../../scm/controls.ts';

/** What happened to a session, and whose it is. */
export class SessionChange implements SessionChangeEvent {
  readonly type = 'sessionChange';
  readonly reason: SessionReason;
  readonly sessionId: number;
  readonly #host: Pick<HostConnection, 'sessionUser'>;

  /** @internal */
  constructor({ reason, sessionId }: SessionChangeEvent, host: Pick<HostConnection, 'sessionUser'>) {
    this.reason = reason;
    this.sessionId = sessionId;
    this.#host = host;
  }

  /**
   * Whose session it is: who logged on to it, or had. At a logoff Windows may have forgotten already; then it is who had
   * it at its last event, or when the service began to run. `undefined`: nobody, or nobody knows any more.
   */
  async user(): Promise<SessionUser | undefined> {
    return this.#host.sessionUser?.(this.sessionId);
  }
}
