import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:net';

const START = 'tracing:net.server.listen:asyncStart';
const END = 'tracing:net.server.listen:asyncEnd';
const ERROR = 'tracing:net.server.listen:error';

/** Follows the servers of the process as they begin to listen. Source: https://nodejs.org/api/diagnostics_channel.html#net */
export class ListenWatch {
  readonly #pending = new Set<Server>();
  readonly #addresses = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #error: Error | undefined;

  constructor() {
    subscribe(START, this.#onStart);
    subscribe(END, this.#onEnd);
    subscribe(ERROR, this.#onError);
  }

  /** `true` while a server has begun to listen and isn't bound yet. */
  get pending(): boolean {
    return this.#pending.size > 0;
  }

  /** Addresses that are listened on: URLs without a path, or names of pipes. */
  get addresses(): readonly string[] {
    return [...this.#addresses];
  }

  /** The last failure to listen. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Resolves when a server listens. */
  async listening(): Promise<void> {
    while (this.#addresses.size === 0) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  close(): void {
    unsubscribe(START, this.#onStart);
    unsubscribe(END, this.#onEnd);
    unsubscribe(ERROR, this.#onError);
  }

  readonly #onStart = (message: unknown): void => {
    this.#pending.add((message as { server: Server }).server);
  };

  readonly #onEnd = (message: unknown): void => {
    const { server } = message as { server: Server };
    this.#pending.delete(server);
    this.#addresses.add(formatAddress(server));
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  };

  readonly #onError = (message: unknown): void => {
    const { server, error } = message as { server: Server; error: Error };
    this.#pending.delete(server);
    this.#error = error;
  };
}

function formatAddress(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) return address ?? 'a worker';
  const isTls = 'setSecureContext' in server;
  const scheme = 'closeIdleConnections' in server || 'updateSettings' in server ? (isTls ? 'https' : 'http') : 'tcp';
  const isAny = address.address === '::' || address.address === '0.0.0.0';
  const host = address.family === 'IPv6' && !isAny ? `[${address.address}]` : address.address;
  return `${scheme}://${isAny ? 'localhost' : host}:${address.port}`;
}
