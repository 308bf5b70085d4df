import type { ServiceReport } from '../../../scm/service-config.ts';
import type { Ffi, NativeMemory } from '../../ffi/ffi.ts';
import { bindTable, type BoundTable } from '../../bind-table.ts';
import { guard } from '../../host/guard.ts';
import {
  ERROR,
  NOTIFY_ALL,
  NOTIFY_DELETE_PENDING,
  SC_STATUS_PROCESS_INFO,
  SCM_ACCESS,
  SERVICE_ACCESS,
  SERVICE_NOTIFY,
} from '../constants.ts';
import { decodeStatus } from '../decode-status.ts';
import { SCM_FUNCTIONS } from '../functions.ts';
import { S } from '../structs.ts';
import type { FromNotifyThread, ToNotifyThread } from './notify-messages.ts';

/**
 * Longest time that a handle is kept. An open handle delays the removal of a service, and not every SCM reports that
 * one is pending (Wine's doesn't): so each is closed and opened again, which the SCM answers with the present state, or
 * with 1060.
 */
const RENEW_MS = 1_000;
/**
 * Time after which the memory of a closed handle is used again. Not before, because a late notification may still be
 * written to it; and it is never freed, because a late write would then hit other data.
 */
const REST_MS = 5_000;

/** A service that is subscribed to. Its memory stays in place for as long as the SCM may write to it. */
interface Follower {
  readonly id: number;
  readonly name: string;
  readonly memory: NativeMemory;
  readonly handle: bigint;
  readonly renewAt: number;
}

/**
 * NotifyServiceStatusChangeW for any number of services on one thread. Notifications arrive as APCs, on the thread that
 * requested them and only during an alertable wait. That may also be a wait inside another SCM call (an RPC), so the
 * loop doesn't sleep while one is unread. Each notification is sent once and must be requested again; a state that was
 * reached in between is then sent at once.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-notifyservicestatuschangew
 */
export class NotifyLoop {
  readonly #ffi: Ffi;
  readonly #api: BoundTable<typeof SCM_FUNCTIONS>;
  readonly #report: (message: FromNotifyThread) => void;
  readonly #now: () => number;
  readonly #callback: bigint;
  readonly #followers = new Map<number, Follower>();
  readonly #last = new Map<number, string>();
  readonly #resting: { readonly memory: NativeMemory; readonly until: number }[] = [];
  /** Memory of the notifications that have arrived and aren't read yet. */
  #arrived: bigint[] = [];
  /** Memory of QueryServiceStatusEx. */
  #status: NativeMemory | undefined;
  #manager = 0n;
  openHandles = 0;

  constructor(ffi: Ffi, report: (message: FromNotifyThread) => void, now: () => number) {
    this.#ffi = ffi;
    this.#api = bindTable(ffi, SCM_FUNCTIONS);
    this.#report = report;
    this.#now = now;
    // It only records the memory: no other call may be made while it interrupts one.
    const arrived = (address: unknown): number => this.#arrived.push(address as bigint);
    this.#callback = ffi.callback(
      { returns: 'u32', args: ['ptr'] },
      guard(0, () => undefined, arrived),
    );
  }

  /** Waits for the next event, and handles it. */
  turn(wake: bigint): void {
    this.#api.WaitForSingleObjectEx(wake, this.#waitMs(), 1);
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const address of arrived) this.#notified(address);
    const now = this.#now();
    for (const follower of [...this.#followers.values()]) if (follower.renewAt <= now) this.#renew(follower);
  }

  take(message: ToNotifyThread): void {
    if (message.type === 'follow') this.#follow(message.id, message.name);
    else if (this.#followers.has(message.id)) this.#lose(message.id, 0, 'withStatus');
  }

  /** Closes every handle. */
  close(): void {
    for (const id of [...this.#followers.keys()]) this.#lose(id, 0);
    if (this.#manager !== 0n) this.#closeHandle(this.#manager);
    this.#manager = 0n;
    // Runs the APCs that were queued before the handles were closed.
    this.#api.SleepEx(0, 1);
  }

  #waitMs(): number {
    if (this.#arrived.length > 0) return 0;
    const first = Math.min(...[...this.#followers.values()].map(({ renewAt }) => renewAt));
    // Bounded: a thread that is terminated must return to JavaScript.
    return Math.max(0, Math.min(RENEW_MS, Math.ceil(first - this.#now())));
  }

  #notified(address: bigint): void {
    const follower = [...this.#followers.values()].find(({ memory }) => memory.address === address);
    // It belongs to a handle that is closed.
    if (!follower) return;
    const { id, memory } = follower;
    const { dwNotificationStatus, dwNotificationTriggered } = S.SERVICE_NOTIFYW.read(memory.buffer);
    if (dwNotificationStatus !== 0) {
      this.#failed(follower, dwNotificationStatus);
    } else if (dwNotificationTriggered & NOTIFY_DELETE_PENDING) {
      this.#lose(id, ERROR.SERVICE_MARKED_FOR_DELETE, 'withStatus');
    } else {
      this.#news(id, decodeStatus(memory.buffer, S.SERVICE_NOTIFYW.offsets.ServiceStatus));
      const code = this.#ask(follower);
      if (code !== 0) this.#failed(follower, code);
    }
  }

  /** Opens a new handle in place of one that lags behind or is invalid. The new one begins with the present state. */
  #failed(follower: Follower, code: number): void {
    if (code === ERROR.SERVICE_MARKED_FOR_DELETE) this.#lose(follower.id, code, 'withStatus');
    else this.#renew(follower);
  }

  #news(id: number, report: ServiceReport): void {
    const key = JSON.stringify(report);
    if (this.#last.get(id) === key) return;
    this.#last.set(id, key);
    this.#report({ type: 'status', id, report });
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

  /** Opens a service. Returns its handle, or the error code. */
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
      // Systems before Windows Vista don't export it.
      return ERROR.CALL_NOT_IMPLEMENTED;
    }
  }

  /**
   * @param withStatus reads the status through the handle before it is closed: a notification may still be on its way
   */
  #lose(id: number, win32Code: number, withStatus?: 'withStatus'): void {
    const follower = this.#followers.get(id);
    if (follower && withStatus) this.#readStatus(follower);
    this.#close(id);
    this.#last.delete(id);
    this.#report({ type: 'lost', id, win32Code });
  }

  #readStatus({ id, handle }: Follower): void {
    const { size } = S.SERVICE_STATUS_PROCESS;
    const memory = (this.#status ??= this.#ffi.alloc(size + 4));
    const needed = memory.address + BigInt(size);
    if (this.#api.QueryServiceStatusEx(handle, SC_STATUS_PROCESS_INFO, memory.address, size, needed))
      this.#news(id, decodeStatus(memory.buffer));
  }

  /** Closes a handle on the thread that opened it, which cancels its notification. */
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
