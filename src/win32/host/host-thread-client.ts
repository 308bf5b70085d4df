import { Worker, SHARE_ENV } from 'node:worker_threads';
import { ServiceError } from '../../errors/service-error.ts';
import { systemClock } from '../../util/clock.ts';
import { createDeferred } from '../../util/deferred.ts';
import { loadKoffi } from '../ffi/load-koffi.ts';
import { type FromHostThread, sharedMemory, type ToHostThread } from './messages.ts';

/** How the process was started: by the SCM, with these arguments, or not. */
export type Connection = { readonly service: true; readonly args: readonly string[] } | { readonly service: false };

/** The app's end of the host thread. There is one in a process: a process connects to the SCM once. */
export class HostThreadClient {
  readonly connection: Promise<Connection>;
  readonly #worker: Worker;
  readonly #shared = sharedMemory();
  readonly #connected = createDeferred<Connection>();
  #onMessage: (message: FromHostThread) => void = () => undefined;
  #onLost: (error: Error) => void = () => undefined;
  #gone = false;

  constructor() {
    this.connection = this.#connected.promise;
    // Handled by whoever awaits it; without this a failure before that would be an unhandled rejection.
    this.connection.catch(() => undefined);
    this.#worker = new Worker(new URL('./host-thread.cjs', import.meta.url), {
      name: 'winsvc-host',
      workerData: this.#shared.gone.buffer,
      env: SHARE_ENV,
      execArgv: [],
      // The thread holds a few structures and no data of the app.
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, codeRangeSizeMb: 8, stackSizeMb: 1 },
    });
    this.#worker.on('message', (message: FromHostThread) => {
      this.#receive(message);
    });
    this.#worker.on('error', (error) => {
      this.#fail(
        new ServiceError('HOST_LOST', `The thread that talks to the Service Control Manager failed: ${error.message}`, {
          cause: error,
        }),
      );
    });
    this.#worker.on('exit', (code) => {
      if (!this.#gone)
        this.#fail(
          new ServiceError(
            'HOST_LOST',
            `The thread that talks to the Service Control Manager ended with code ${code}.`,
          ),
        );
    });
  }

  listen(onMessage: (message: FromHostThread) => void, onLost: (error: Error) => void): void {
    this.#onMessage = onMessage;
    this.#onLost = onLost;
  }

  send(message: ToHostThread): void {
    this.#worker.postMessage(message);
  }

  /** Whether the connection to the SCM keeps the process alive. It does, unless it is to be seen whether the app does. */
  keepAlive(does: boolean): void {
    if (does) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Shows the host thread that the app's event loop turns. */
  pulse(): void {
    Atomics.store(this.#shared.turnedAt, 0, BigInt(Math.round(systemClock.now())));
  }

  /** Blocks until the host thread has left the SCM, or for `limitMs`. Returns whether it has. */
  waitUntilGone(limitMs: number): boolean {
    Atomics.wait(this.#shared.gone, 0, 0, limitMs);
    return Atomics.load(this.#shared.gone, 0) === 1;
  }

  #receive(message: FromHostThread): void {
    switch (message.type) {
      case 'connected':
        this.#connected.resolve({ service: true, args: message.args });
        return;
      case 'notService':
        this.#gone = true;
        this.#connected.resolve({ service: false });
        return;
      case 'failed':
        this.#fail(new ServiceError(message.code, message.message));
        return;
      case 'gone':
        this.#gone = true;
    }
    this.#onMessage(message);
  }

  #fail(error: ServiceError): void {
    this.#gone = true;
    this.#connected.reject(error);
    this.#onLost(error);
  }
}

let client: HostThreadClient | undefined;

/** Starts the host thread, once. */
export function startHostThread(): HostThreadClient {
  if (client) return client;
  client = new HostThreadClient();
  try {
    // A DLL is loaded once per process: here while the host thread boots, which would otherwise do it afterwards.
    loadKoffi();
  } catch {
    // The host thread can't load it either, and is the one to say so.
  }
  return client;
}
