import type { HostConnection } from '../../host/service-host.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import type { SessionChangeEvent, SessionReason } from '../../scm/controls.ts';

/** Change of a session, with a way to find its user. */
export class SessionChange implements SessionChangeEvent {
  /** Kind of the control. */
  readonly type = 'sessionChange';
  /** Kind of the change. */
  readonly reason: SessionReason;
  /** Number of the session. */
  readonly sessionId: number;
  readonly #host: Pick<HostConnection, 'sessionUser'>;

  /** @internal */
  constructor({ reason, sessionId }: SessionChangeEvent, host: Pick<HostConnection, 'sessionUser'>) {
    this.reason = reason;
    this.sessionId = sessionId;
    this.#host = host;
  }

  /**
   * Finds the user of the session. At a logoff Windows may have forgotten the user already; then it is the user at the
   * last event of the session, or when the service began to run. `undefined`: no user, or not known any more.
   */
  async user(): Promise<SessionUser | undefined> {
    return this.#host.sessionUser?.(this.sessionId);
  }
}
