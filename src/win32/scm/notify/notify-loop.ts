import type { ServiceReport } from '../../../scm/service-config.ts';
import type { Ffi, NativeMemory } from '../../ffi/ffi.ts';
import { bindTable, type BoundTable } from '../../bind-table.ts';
import { guard } from '../../host/guard.ts';
import { ERROR, NOTIFY_ALL, NOTIFY_DELETE_PENDING, SCM_ACCESS, SERVICE_ACCESS, SERVICE_NOTIFY } from '../constants.ts';
import { decodeStatus } from '../decode-status.ts';
import { SCM_FUNCTIONS } from '../functions.ts';
import { S } from '../structs.ts';
import type { FromNotifyThread, ToNotifyThread } from './notify-messages.ts';

/**
 * How long a handle is kept. An open handle holds up the removal of a service, and not every SCM tells of one (Wine's
 * doesn't): so each is closed and opened again, which the SCM answers with the present state, or with 1060.
 */
const RENEW_MS = 1_000;
/**
 * After this, memory of a closed handle is used again. Not before, because a notification that was on its way may still
 * be written; and it is never freed, because then it would be written into something else.
 */
const REST_MS = 5_000;

/** A service that is followed. Its memory stays where it is for as long as the SCM may write to it. */
interface Follower {
  readonly id: number;
  readonly name: string;
  readonly memory: NativeMemory;
  readonly handle: bigint;
  readonly renewAt: number;
}

/**
 * NotifyServiceStatusChangeW for any number of services on one thread. Notifications come as APCs, on the thread that
 * asked for them and only while it waits alertably, which is all that this thread does. Each is given once, and must
 * be asked for again; a state that comes in between is given at once then.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-notifyservicestatuschangew
 */
export class NotifyLoop {
  readonly #ffi: Ffi;
  readonly #api: BoundTable<typeof SCM_FUNCTIONS>;
  readonly #tell: (message: FromNotifyThread) => void;
  readonly #now: () => number;
  readonly #callback: bigint;
  readonly #followers = new Map<number, Follower>();
  readonly #last = new Map<number, string>();
  readonly #resting: { readonly memory: NativeMemory; readonly until: number }[] = [];
  /** The memory of the notifications that came during a wait. */
  #came: bigint[] = [];
  #manager = 0n;
  openHandles = 0;

  constructor(ffi: Ffi, tell: (message: FromNotifyThread) => void, now: () => number) {
    this.#ffi = ffi;
    this.#api = bindTable(ffi, SCM_FUNCTIONS);
    this.#tell = tell;
    this.#now = now;
    // It only takes down whose memory it is: the call that it interrupts is not the place to make others.
    const came = (address: unknown): number => this.#came.push(address as bigint);
    this.#callback = ffi.callback(
      { returns: 'u32', args: ['ptr'] },
      guard(0, () => undefined, came),
    );
  }

  /** Waits until there is something to do, and does it. */
  turn(wake: bigint): void {
    this.#api.WaitForSingleObjectEx(wake, this.#waitMs(), 1);
    const came = this.#came;
    this.#came = [];
    for (const address of came) this.#notified(address);
    const now = this.#now();
    for (const follower of [...this.#followers.values()]) if (follower.renewAt <= now) this.#renew(follower);
  }

  take(message: ToNotifyThread): void {
    if (message.type === 'follow') this.#follow(message.id, message.name);
    else if (this.#followers.has(message.id)) this.#lose(message.id, 0);
  }

  /** Closes every handle. */
  close(): void {
    for (const id of [...this.#followers.keys()]) this.#lose(id, 0);
    if (this.#manager !== 0n) this.#closeHandle(this.#manager);
    this.#manager = 0n;
    // What was queued before the handles were closed.
    this.#api.SleepEx(0, 1);
  }

  #waitMs(): number {
    const first = Math.min(...[...this.#followers.values()].map(({ renewAt }) => renewAt));
    // Never for ever: a thread that is terminated must come back to JavaScript.
    return Math.max(0, Math.min(RENEW_MS, Math.ceil(first - this.#now())));
  }

  #notified(address: bigint): void {
    const follower = [...this.#followers.values()].find(({ memory }) => memory.address === address);
    // Of a handle that is closed.
    if (!follower) return;
    const { id, memory } = follower;
    const { dwNotificationStatus, dwNotificationTriggered } = S.SERVICE_NOTIFYW.read(memory.buffer);
    if (dwNotificationStatus !== 0) {
      this.#failed(follower, dwNotificationStatus);
    } else if (dwNotificationTriggered & NOTIFY_DELETE_PENDING) {
      this.#lose(id, ERROR.SERVICE_MARKED_FOR_DELETE);
    } else {
      this.#news(id, decodeStatus(memory.buffer, S.SERVICE_NOTIFYW.offsets.ServiceStatus));
      const code = this.#ask(follower);
      if (code !== 0) this.#failed(follower, code);
    }
  }

  /** A handle that fell behind, or went bad, is good again when it is opened anew; the new one begins with the present state. */
  #failed(follower: Follower, code: number): void {
    if (code === ERROR.SERVICE_MARKED_FOR_DELETE) this.#lose(follower.id, code);
    else this.#renew(follower);
  }

  #news(id: number, report: ServiceReport): void {
    const key = JSON.stringify(report);
    if (this.#last.get(id) === key) return;
    this.#last.set(id, key);
    this.#tell({ type: 'status', id, report });
  }

  #renew({ id, name }: Follower): void {
    this.#close(id);
    this.#follow(id, name);
  }

  #follow(id: number, name: string): void {
    const opened = this.#open(name);
    if (typeof opened === 'number') {
      this.#lose(id, opened);
      return;
    }
    const follower = { id, name, memory: this.#memory(), handle: opened, renewAt: this.#now() + RENEW_MS };
    this.#followers.set(id, follower);
    const code = this.#ask(follower);
    if (code !== 0) this.#lose(id, code);
  }

  #memory(): NativeMemory {
    const [first] = this.#resting;
    if (!first || first.until > this.#now()) return this.#ffi.alloc(S.SERVICE_NOTIFYW.size);
    this.#resting.shift();
    return first.memory;
  }

  /** The handle, or why there is none. */
  #open(name: string): bigint | number {
    try {
      if (this.#manager === 0n) {
        const manager = this.#api.OpenSCManagerW(null, null, SCM_ACCESS.CONNECT) as bigint | null;
        if (!manager) return this.#ffi.lastError();
        this.openHandles += 1;
        this.#manager = manager;
      }
      const handle = this.#api.OpenServiceW(this.#manager, name, SERVICE_ACCESS.QUERY_STATUS) as bigint | null;
      if (!handle) return this.#ffi.lastError();
      this.openHandles += 1;
      return handle;
    } catch {
      return ERROR.CALL_NOT_IMPLEMENTED;
    }
  }

  #ask({ handle, memory }: Follower): number {
    memory.buffer.fill(0);
    S.SERVICE_NOTIFYW.write(memory.buffer, { dwVersion: SERVICE_NOTIFY, pfnNotifyCallback: this.#callback });
    try {
      return Number(this.#api.NotifyServiceStatusChangeW(handle, NOTIFY_ALL, memory.address));
    } catch {
      // An old system doesn't export it.
      return ERROR.CALL_NOT_IMPLEMENTED;
    }
  }

  #lose(id: number, win32Code: number): void {
    this.#close(id);
    this.#last.delete(id);
    this.#tell({ type: 'lost', id, win32Code });
  }

  /** Closing the handle, on the thread that asked, is what cancels a notification. */
  #close(id: number): void {
    const follower = this.#followers.get(id);
    if (!follower) return;
    this.#followers.delete(id);
    this.#closeHandle(follower.handle);
    this.#resting.push({ memory: follower.memory, until: this.#now() + REST_MS });
  }

  #closeHandle(handle: bigint): void {
    this.#api.CloseServiceHandle(handle);
    this.openHandles -= 1;
  }
}
