import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { Duration } from '../util/duration.ts';

/** How to close servers. */
export interface CloseHttpServerOptions {
  /** How long requests in flight may take before they are cut off. Default 10 s. */
  readonly timeout?: Duration;
  /** Cuts off what is left at once when it aborts: `ctx.signal` of a shutdown hook. */
  readonly signal?: AbortSignal;
  /**
   * Selects further responses that never end by themselves and are ended at once. Default: server-sent events
   * (`text/event-stream`) and polls of socket.io. `false`: none; they then last until `timeout`.
   */
  readonly longLived?: false | ((request: IncomingMessage, response: ServerResponse) => boolean);
}

/** Outcome of closing servers. */
export interface CloseHttpServerResult {
  /** True when requests were still in flight at the deadline and were cut off. */
  readonly cut: boolean;
  /** Number of those requests. Each connection of a server that isn't HTTP counts as one. */
  readonly cutRequests: number;
  /** Time it took, in milliseconds. */
  readonly ms: number;
}

/** Anything that listens: a server of `node:http`, `https`, `http2`, `net` or `tls`. */
export type ClosableServer = Pick<Server, 'close' | 'getConnections' | 'listening'>;
