import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import { systemClock } from '../util/clock.ts';
import { type Duration, toMs } from '../util/duration.ts';

/** How to close an HTTP server. */
export interface CloseHttpServerOptions {
  /** How long requests in flight may take before they are cut off. Default 10 s. */
  readonly timeout?: Duration;
  /** Cuts what is left at once when it aborts: `ctx.signal` of a shutdown hook. */
  readonly signal?: AbortSignal;
}

/** What became of the connections. */
export interface CloseHttpServerResult {
  /** Whether requests were still in flight at the deadline and were cut off. */
  readonly cut: boolean;
  readonly ms: number;
}

/**
 * Closes an HTTP server gracefully: no new connections, idle keep-alive connections are closed, requests in flight may
 * finish, and what is left at the deadline is cut off. Does nothing when the server isn't listening.
 */
export async function closeHttpServer(
  server: Server | SecureServer,
  options: CloseHttpServerOptions = {},
): Promise<CloseHttpServerResult> {
  const timeoutMs = toMs(options.timeout ?? '10s', 'timeout');
  const began = systemClock.now();
  let cut = false;
  if (!server.listening) return { cut, ms: 0 };

  // Node closes connections that are idle now; those that become idle later must not be offered for another request.
  server.prependListener('request', refuseKeepAlive);
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const cutNow = (): void => {
    cut = true;
    server.closeAllConnections();
  };
  const timer = setTimeout(cutNow, timeoutMs);
  // Responses that were under way before answer without `Connection: close`: their sockets go idle, and are swept.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 100);
  if (options.signal?.aborted) cutNow();
  options.signal?.addEventListener('abort', cutNow, { once: true });
  try {
    await closed;
  } finally {
    clearTimeout(timer);
    clearInterval(sweep);
    options.signal?.removeEventListener('abort', cutNow);
    server.removeListener('request', refuseKeepAlive);
  }
  return { cut, ms: systemClock.now() - began };
}

function refuseKeepAlive(_request: unknown, response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('Connection', 'close');
}
