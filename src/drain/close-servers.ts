import type { Server } from 'node:net';
import { ServiceError } from '../errors/service-error.ts';
import { type Clock, systemClock } from '../util/clock.ts';
import { describe as describeValue } from '../util/describe.ts';
import { durationMs } from '../util/duration.ts';
import type { CloseHttpServerOptions, CloseHttpServerResult } from './close-http-server.ts';
import { isLongLived, type LongLived } from './connection-kind.ts';
import { ServerDrain } from './server-drain.ts';
import type { ServerRegistry } from './server-connections.ts';

/** Closes servers as `closeHttpServer` promises it. @throws ServiceError INVALID_OPTIONS */
export async function closeServers(
  registry: ServerRegistry,
  given: unknown,
  options: CloseHttpServerOptions = {},
  clock: Clock = systemClock,
): Promise<CloseHttpServerResult> {
  const servers = [...new Set(toList(given).map(toServer))];
  const timeoutMs = durationMs(options.timeout ?? '10s');
  if (timeoutMs === undefined) {
    throw new ServiceError(
      'INVALID_OPTIONS',
      `closeHttpServer: timeout must be milliseconds or a text such as '30s', got ${describeValue(options.timeout)}.`,
    );
  }
  const began = clock.now();
  const drains = servers.map(
    (server) => new ServerDrain(server, registry.connectionsOf(server), clock, toLongLived(options)),
  );
  let cutRequests = 0;
  const cut = (): void => {
    for (const drain of drains) cutRequests += drain.cut();
  };
  const closed = Promise.all(drains.map((drain) => drain.run()));
  const timer = setTimeout(cut, timeoutMs);
  if (options.signal?.aborted) cut();
  options.signal?.addEventListener('abort', cut, { once: true });
  try {
    await closed;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cut);
  }
  return { cut: cutRequests > 0, cutRequests, ms: clock.now() - began };
}

function toLongLived({ longLived }: CloseHttpServerOptions): LongLived {
  if (longLived === false) return () => false;
  if (!longLived) return isLongLived;
  return (request, response) => {
    try {
      if (longLived(request, response)) return true;
    } catch {
      // The function is the app's. A stop doesn't fail with it.
    }
    return isLongLived(request, response);
  };
}

function toList(given: unknown): readonly unknown[] {
  try {
    return Array.isArray(given) ? given : [given];
  } catch {
    // A revoked proxy.
    return [given];
  }
}

function toServer(value: unknown): Server {
  let got: string;
  try {
    // By its methods, so that a server of another realm or a class of its own is one too.
    if (isServer(value)) return value;
    got = describe(value);
  } catch {
    got = describeValue(value);
  }
  throw new ServiceError(
    'INVALID_OPTIONS',
    `closeHttpServer needs a server of node:http, https, http2, net or tls, or an array of them; got ${got}.`,
  );
}

function isServer(value: unknown): value is Server {
  const { close, getConnections, on } = (value ?? {}) as Partial<Record<'close' | 'getConnections' | 'on', unknown>>;
  return [close, getConnections, on].every((method) => typeof method === 'function');
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return `${String(value)}. Pass what listen() returned`;
  if (typeof value === 'function')
    return 'a function. An app of Express or Koa is one: pass what its listen() returned';
  if (value instanceof Promise) return 'a Promise: await it first';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { server, httpServer } = value as { server?: unknown; httpServer?: unknown };
  if (isServer(server)) return 'an object that has the server in its property "server": pass that';
  if (isServer(httpServer)) return 'an object that has the server in its property "httpServer": pass that';
  return 'another object';
}
