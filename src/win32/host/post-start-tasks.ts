import type { Ffi } from '../ffi/ffi.ts';
import type { HostRegistration } from '../../host/service-host.ts';
import type { SessionChangeEvent } from '../../scm/controls.ts';
import { embeddedFiles } from '../../util/embedded-files.ts';
import { toError } from '../../util/to-error.ts';
import type { SessionUsers } from '../wts/session-users.ts';
import type { FromHostThread } from './messages.ts';
import type { Notifications } from './notifications.ts';

/** Longest wait for the end of registrations before STOPPED, in milliseconds: the calls run on the pool, which the app may keep busy. */
const UNREGISTER_LIMIT_MS = 1_000;

/** Work of the host thread that only some services need, after their start. A failure of it never ends the service. */
export class PostStartTasks {
  readonly #ffi: Ffi;
  readonly #post: (message: FromHostThread) => void;
  readonly #undecodable = new Set<number>();
  #users: Promise<SessionUsers> | undefined;
  #notifications: Promise<Notifications | undefined> | undefined;
  #requested = false;
  #leaving = false;

  constructor(ffi: Ffi, post: (message: FromHostThread) => void) {
    this.#ffi = ffi;
    this.#post = post;
  }

  /** Registers for notifications when the service runs. Not earlier: Windows drops controls that a service doesn't accept yet, and loading takes time. */
  running({ notifications, accepts }: HostRegistration, statusHandle: bigint): void {
    if (this.#requested) return;
    this.#requested = true;
    if (accepts.includes('sessionChange')) void this.#withUsers((users) => users.learn());
    if (!notifications) return;
    this.#notifications = loadExtras().then(({ requestNotifications, warningOf }) => {
      if (this.#leaving) return undefined;
      return requestNotifications(this.#ffi, statusHandle, notifications, (error) => {
        this.#post({ type: 'warned', warning: warningOf(error) });
      });
    });
    this.#notifications.catch((error: unknown) => {
      this.#warn(`The notifications could not be asked for: ${toError(error).message}`);
    });
  }

  /** Reads the user of a session while Windows still knows it. */
  sessionChanged({ reason, sessionId }: SessionChangeEvent): void {
    void this.#withUsers((users) => {
      // A number that is used again.
      if (reason === 'create') users.forget(sessionId);
      return users.of(sessionId);
    });
  }

  async answerWho(id: number, sessionId: number): Promise<void> {
    this.#post({ type: 'user', id, user: await this.#withUsers((users) => users.of(sessionId)) });
  }

  /** Warns once for each control: it may arrive again and again. */
  undecodable(control: number, error: Error): void {
    if (this.#undecodable.has(control)) return;
    this.#undecodable.add(control);
    this.#warn(
      `Control ${control} came with data that can't be read, and was answered as not implemented: ${error.message}`,
    );
  }

  /** Ends the registrations, then calls `then`; at once if there are none. */
  end(then: () => void): void {
    this.#leaving = true;
    const notifications = this.#notifications;
    if (!notifications) {
      then();
      return;
    }
    this.#notifications = undefined;
    // STOPPED is reported also when it fails.
    void Promise.allSettled([notifications.then((made) => made?.end(UNREGISTER_LIMIT_MS))]).then(then);
  }

  #warn(message: string): void {
    this.#post({ type: 'warned', warning: { message } });
  }

  async #withUsers<T>(work: (users: SessionUsers) => Promise<T>): Promise<T | undefined> {
    try {
      this.#users ??= loadExtras().then(({ SessionUsers }) => new SessionUsers(this.#ffi));
      return await work(await this.#users);
    } catch {
      // A name of a user isn't worth a failure.
      return undefined;
    }
  }
}

function loadExtras(): Promise<typeof import('./host-post-start.ts')> {
  type Extras = typeof import('./host-post-start.ts');
  const embedded = embeddedFiles();
  if (embedded) return Promise.resolve(embedded.load('host-post-start.cjs') as Extras);
  // By its URL: a plain import would become part of the file that the SCM waits for.
  return import(new URL('./host-post-start.cjs', import.meta.url).href) as Promise<Extras>;
}
