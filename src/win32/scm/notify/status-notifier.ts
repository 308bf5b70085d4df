import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { startThread } from '../../start-thread.ts';
import type { ServiceReport } from '../../../scm/service-config.ts';
import type { Ffi } from '../../ffi/ffi.ts';
import type { StatusSubscription } from '../../../scm/scm-client.ts';
import { createDeferred, type Deferred } from '../../../util/deferred.ts';
import { AsyncQueue } from '../../../util/async-queue.ts';
import { bindTable, type BoundTable } from '../../bind-table.ts';
import { SCM_FUNCTIONS } from '../functions.ts';
import { type FromNotifyThread, type NotifyThreadData, notifyShared, type ToNotifyThread } from './notify-messages.ts';

type Api = BoundTable<Pick<typeof SCM_FUNCTIONS, 'CreateEventW' | 'SetEvent' | 'CloseHandle'>>;

/**
 * Time that the thread is kept after its last feed: a caller that waited for one state often waits for another soon.
 */
const LINGER_MS = 1_000;

/** A feed of a notification thread. */
export interface NotifierFeed extends StatusSubscription {
  /** Closes the handle of the service, so that it can be deleted. Notifications that were sent before still arrive. */
  release(): void;
}

interface Followed {
  readonly feed: AsyncQueue<ServiceReport>;
  /** Resolves with the first status, or when it is known that none comes. */
  readonly set: Deferred<undefined>;
}

/**
 * Subscribes to services on one thread, which runs as long as there is a subscription. It never keeps the process
 * alive.
 */
class StatusNotifier {
  readonly #api: Api;
  #thread: NotifyThread | undefined;
  /** The thread can't be started here. */
  broken = false;

  constructor(ffi: Ffi) {
    this.#api = bindTable(ffi, SCM_FUNCTIONS);
  }

  get openHandles(): number {
    return this.#thread?.openHandles ?? 0;
  }

  async follow(name: string): Promise<NotifierFeed> {
    this.#thread ??= new NotifyThread(this.#api, (thread, failed) => {
      if (this.#thread === thread) this.#thread = undefined;
      this.broken ||= failed;
    });
    return this.#thread.follow(name);
  }
}

class NotifyThread {
  readonly #api: Api;
  readonly #worker: Worker;
  readonly #commands: MessagePort;
  readonly #shared = notifyShared();
  readonly #wake: bigint;
  readonly #followed = new Map<number, Followed>();
  readonly #onEnd: (thread: NotifyThread, failed: boolean) => void;
  #lastId = 0;
  /** Number of feeds that are being set up. */
  #awaited = 0;
  #linger: NodeJS.Timeout | undefined;
  #gone = false;

  constructor(api: Api, onEnd: (thread: NotifyThread, failed: boolean) => void) {
    this.#api = api;
    this.#onEnd = onEnd;
    this.#wake = api.CreateEventW(null, 0, 0, null) as bigint;
    const { port1, port2 } = new MessageChannel();
    this.#commands = port1;
    const data: NotifyThreadData = { commands: port2, wake: this.#wake, shared: this.#shared.buffer };
    this.#worker = startThread('notify-thread.cjs', 'winsvc-notify', { workerData: data, transferList: [port2] });
    this.#worker.on('message', (message: FromNotifyThread) => {
      this.#receive(message);
    });
    let failed = false;
    this.#worker.on('error', () => {
      // The subscribers poll then.
      failed = true;
    });
    this.#worker.on('exit', () => {
      this.#ended(failed || !this.#shared.ending);
    });
    this.#worker.unref();
    process.on('exit', this.#end);
  }

  get openHandles(): number {
    return this.#shared.openHandles;
  }

  async follow(name: string): Promise<NotifierFeed> {
    clearTimeout(this.#linger);
    const id = ++this.#lastId;
    // The timer keeps the process alive while a caller waits.
    const feed = new AsyncQueue<ServiceReport>((fn, ms) => {
      const timer = setTimeout(fn, ms);
      return () => {
        clearTimeout(timer);
      };
    });
    const followed = { feed, set: createDeferred<undefined>() };
    this.#followed.set(id, followed);
    this.#send({ type: 'follow', id, name });
    // The thread is unref'd, and a caller waits for it now.
    this.#awaited += 1;
    this.#worker.ref();
    await followed.set.promise;
    this.#awaited -= 1;
    if (this.#awaited === 0) this.#worker.unref();
    const release = (): void => {
      if (this.#followed.has(id)) this.#send({ type: 'unfollow', id });
    };
    return {
      get live() {
        return feed.live;
      },
      next: (ms, signal) => feed.next(ms, signal),
      release,
      close: () => {
        release();
        this.#drop(id);
      },
    };
  }

  #receive(message: FromNotifyThread): void {
    const followed = this.#followed.get(message.id);
    if (!followed) return;
    if (message.type === 'status') followed.feed.push(message.report);
    else this.#drop(message.id);
    followed.set.resolve(undefined);
  }

  #drop(id: number): void {
    const followed = this.#followed.get(id);
    if (!followed) return;
    this.#followed.delete(id);
    followed.feed.end();
    followed.set.resolve(undefined);
    if (this.#followed.size > 0) return;
    clearTimeout(this.#linger);
    this.#linger = setTimeout(this.#end, LINGER_MS).unref();
  }

  #send(message: ToNotifyThread): void {
    if (this.#gone) return;
    this.#commands.postMessage(message);
    this.#api.SetEvent(this.#wake);
  }

  /** Makes the thread close its handles and end. The end of the process waits for it. */
  readonly #end = (): void => {
    if (this.#gone || this.#shared.ending) return;
    this.#onEnd(this, false);
    this.#shared.ending = true;
    this.#api.SetEvent(this.#wake);
  };

  #ended(failed: boolean): void {
    this.#gone = true;
    process.off('exit', this.#end);
    clearTimeout(this.#linger);
    this.#onEnd(this, failed);
    for (const id of [...this.#followed.keys()]) this.#drop(id);
    clearTimeout(this.#linger);
    this.#commands.close();
    this.#api.CloseHandle(this.#wake);
  }
}

let shared: StatusNotifier | undefined;

/** The notifier of this thread; there is one. */
export function statusNotifier(ffi: Ffi): StatusNotifier {
  shared ??= new StatusNotifier(ffi);
  return shared;
}
