import type { Worker } from 'node:worker_threads';
import { ServiceError } from '../../errors/service-error.ts';
import type { HostedApp } from '../../host/service-host.ts';
import type { SessionUser } from '../../scm/sessions.ts';
import { systemClock } from '../../util/clock.ts';
import { createDeferred } from '../../util/deferred.ts';
import { loadKoffi } from '../ffi/load-koffi.ts';
import { startThread } from '../start-thread.ts';
import { type FromHostThread, type HostWarning, sharedMemory, type ToHostThread } from './messages.ts';

/** Start of the process: by the SCM, as this service and with these arguments, or not. */
export type Connection =
  { readonly service: true; readonly name: string; readonly args: readonly string[] } | { readonly service: false };

/** Receiver of the host thread's messages. Controls, hangs and the loss go to the app directly. */
export interface HostThreadListener extends Pick<HostedApp, 'control' | 'hung' | 'status' | 'lost'> {
  registered(startDeadline: number): void;
  warned(warning: HostWarning): void;
  /** Answer to `whoIs`. */
  user(id: number, user: SessionUser | undefined): void;
  /** STOPPED was reported, and the dispatcher has ended. */
  gone(): void;
}

const CLIENT = Symbol.for('winsvc.hostThread');

/** The app's side of the host thread. A process has one: it connects to the SCM once. */
export class HostThreadClient {
  readonly connection: Promise<Connection>;
  readonly #worker: Worker;
  readonly #shared = sharedMemory();
  readonly #connected = createDeferred<Connection>();
  #listener: HostThreadListener | undefined;
  #gone = false;

  constructor() {
    this.connection = this.#connected.promise;
    // Handled by the code that awaits it; without this a failure before that would be an unhandled rejection.
    this.connection.catch(() => undefined);
    this.#worker = startThread('host-thread.cjs', 'winsvc-host', { workerData: this.#shared.gone.buffer });
    this.#worker.on('message', (message: FromHostThread) => {
      this.#receive(message);
    });
    this.#worker.on('error', (error) => {
      this.#fail('HOST_LOST', `The thread that talks to the Service Control Manager failed: ${error.message}`, error);
    });
    this.#worker.on('exit', (code) => {
      if (!this.#gone)
        this.#fail('HOST_LOST', `The thread that talks to the Service Control Manager ended with code ${code}.`);
    });
  }

  listen(listener: HostThreadListener): void {
    this.#listener = listener;
  }

  send(message: ToHostThread): void {
    this.#worker.postMessage(message);
  }

  /** Sets whether the connection to the SCM keeps the process alive. It does, except while only the app's own handles should. */
  keepAlive(does: boolean): void {
    if (does) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Stores the time of a pulse, which shows the host thread that the app's event loop runs. */
  pulse(): void {
    Atomics.store(this.#shared.turnedAt, 0, BigInt(Math.round(systemClock.now())));
  }

  /** Blocks until the host thread has left the SCM, or for `limitMs`. Returns whether it has. */
  waitUntilGone(limitMs: number): boolean {
    Atomics.wait(this.#shared.gone, 0, 0, limitMs);
    return Atomics.load(this.#shared.gone, 0) === 1;
  }

  #receive(message: FromHostThread): void {
    const listener = this.#listener;
    switch (message.type) {
      case 'connected':
        this.#connected.resolve({ service: true, name: message.name, args: message.args });
        return;
      case 'notService':
        this.#gone = true;
        this.#connected.resolve({ service: false });
        return;
      case 'failed':
        this.#fail(message.code, message.message);
        return;
      case 'gone':
        this.#gone = true;
        listener?.gone();
        return;
      case 'registered':
        listener?.registered(message.startDeadline);
        return;
      case 'control':
        listener?.control(message.event, message.deadline);
        return;
      case 'status':
        listener?.status(message.status);
        return;
      case 'warned':
        listener?.warned(message.warning);
        return;
      case 'user':
        listener?.user(message.id, message.user);
        return;
      case 'hung':
        listener?.hung(message.report);
    }
  }

  #fail(code: ServiceError['code'], message: string, cause?: Error): void {
    const error = new ServiceError(code, message, cause && { cause });
    this.#gone = true;
    this.#connected.reject(error);
    void this.#silence();
    this.#listener?.lost(error);
  }

  /**
   * Suspends the dispatcher's thread: its next control would call into the host thread, which is gone. The host thread does
   * it itself where it can; it can't when it was terminated, or ran out of memory.
   */
  async #silence(): Promise<void> {
    const thread = Atomics.load(this.#shared.dispatcherThread, 0);
    if (thread === 0n) return;
    const [{ suspendThread }, { openFfi }] = await Promise.all([
      import('./suspend-thread.ts'),
      import('../ffi/open-ffi.ts'),
    ]);
    try {
      suspendThread(openFfi(), thread);
    } catch {
      // Without koffi there is no such thread.
    }
  }
}

/** Copies of the package in one process share the thread: the SCM takes one connection of a process. */
const shared = globalThis as { [CLIENT]?: HostThreadClient };

/** Starts the host thread, once. */
export function startHostThread(): HostThreadClient {
  if (shared[CLIENT]) return shared[CLIENT];
  const client = new HostThreadClient();
  shared[CLIENT] = client;
  try {
    // A DLL is loaded once per process: here while the host thread boots, which would otherwise do it afterwards.
    loadKoffi();
  } catch {
    // The host thread can't load it either, and reports it.
  }
  return client;
}
