import { isIP, type Server, type Socket } from 'node:net';
import type { IncomingMessage, Server as HttpServer } from 'node:http';

/** Returns whether a server that listens on this address can be reached from its own machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Returns whether the Host header of a request names this server. A web page can let its own name resolve to
 * 127.0.0.1 and so reach a server on loopback (DNS rebinding); the Host header then has the page's name.
 *
 * @param listen address that the server listens on
 * @param names accepted besides addresses and localhost. Default on loopback: none; otherwise: every name
 */
export function isOwnHost(header: string | undefined, listen: string, names?: readonly string[]): boolean {
  if (names === undefined && !isLoopback(listen)) return true;
  const name = (header ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return (
    isIP(name) > 0 ||
    name === 'localhost' ||
    name === listen.toLowerCase() ||
    (names ?? []).some((own) => own.toLowerCase() === name)
  );
}

/** Returns whether a browser sent the request for a page of another site. Programs send neither header. */
export function isFromWebPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return headers.origin !== undefined || (site !== undefined && site !== 'none' && site !== 'same-origin');
}

/**
 * Keeps a place for new connections: beyond `max`, the connection that has been idle longest is closed, so that kept-alive
 * connections can't take the port from others. When all are busy, the new one is closed.
 */
export function limitConnections(server: Server | HttpServer, max: number): void {
  // The sockets of requests on a TLS server are known after the handshake only; those before it are bounded beside them.
  const isTls = 'setSecureContext' in server;
  if (isTls) server.maxConnections = 2 * max;
  const idle = new Set<Socket>();
  const busy = new Map<Socket, number>();
  server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (idle.size + busy.size >= max) {
      const [oldest] = idle;
      (oldest ?? socket).destroy();
      if (oldest) idle.delete(oldest);
      else return;
    }
    idle.add(socket);
    socket.once('close', () => {
      idle.delete(socket);
      busy.delete(socket);
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: { once(event: 'close', fn: () => void): void }) => {
    idle.delete(socket);
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const open = (busy.get(socket) ?? 1) - 1;
      if (open > 0) busy.set(socket, open);
      else if (busy.delete(socket) && !socket.destroyed) idle.add(socket);
    });
  });
}
