import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Clock } from '../util/clock.ts';
import { connectionKind, type LongLived } from './connection-kind.ts';
import type { ServerConnections } from './server-connections.ts';
import { closeUpgraded } from './close-upgraded.ts';

/** How long an upgraded socket may take to close, and the rest of a request's head to arrive. */
const GRACE_MS = 300;
/** A connection of an unknown protocol is done when nothing was received or sent for this long. */
const QUIET_MS = 500;
const SWEEP_MS = 20;
/** After the cut, 'close' of the server must follow at once; a connection that isn't ours could hold it back. */
const AFTER_CUT_MS = 500;

/** Closes one server: no new connections, what is being answered may finish, everything else ends now. */
export class ServerDrain {
  readonly #server: Server & Partial<Pick<HttpServer, 'closeIdleConnections' | 'closeAllConnections'>>;
  readonly #connections: ServerConnections;
  readonly #clock: Clock;
  readonly #longLived: LongLived;
  readonly #ended = new WeakSet<object>();
  readonly #waitingSince = new WeakMap<Socket, { at: number; bytes: number }>();
  #listening = false;
  #cutAt: number | undefined;

  constructor(server: Server, connections: ServerConnections, clock: Clock, longLived: LongLived) {
    this.#server = server;
    this.#connections = connections;
    this.#clock = clock;
    this.#longLived = longLived;
  }

  /** Resolves when no connection is left. */
  async run(): Promise<void> {
    const server = this.#server;
    server.prependListener('request', refuseKeepAlive);
    this.#listening = server.listening;
    // Refused when the server isn't listening: its connections are drained all the same.
    server.close(() => {
      this.#listening = false;
    });
    // Data that has arrived by now is read first: it may be a request.
    await turn();
    await turn();
    await new Promise<void>((resolve) => {
      const sweep = (): void => {
        this.#sweep();
        if (!this.#done()) return;
        clearInterval(timer);
        resolve();
      };
      const timer = setInterval(sweep, SWEEP_MS);
      sweep();
    });
    server.removeListener('request', refuseKeepAlive);
  }

  /** Ends everything that is left and returns how many requests and active connections that were. */
  cut(): number {
    if (this.#cutAt !== undefined) return 0;
    this.#cutAt = this.#clock.now();
    let active = 0;
    for (const [session, streams] of this.#connections.sessions) {
      active += streams.size;
      session.destroy();
    }
    for (const socket of this.#connections.sockets) {
      const { type } = connectionKind(this.#server, socket, this.#longLived);
      if (type === 'request' || type === 'plain') active += 1;
      socket.destroy();
    }
    this.#server.closeAllConnections?.();
    return active;
  }

  #done(): boolean {
    const { sockets, sessions } = this.#connections;
    if (this.#cutAt !== undefined && this.#clock.now() - this.#cutAt > AFTER_CUT_MS) return true;
    return !this.#listening && sockets.size === 0 && sessions.size === 0;
  }

  #sweep(): void {
    this.#server.closeIdleConnections?.();
    for (const [session, streams] of this.#connections.sessions) this.#endSession(session, streams);
    for (const socket of this.#connections.sockets) this.#endSocket(socket);
  }

  #endSocket(socket: Socket): void {
    const kind = connectionKind(this.#server, socket, this.#longLived);
    switch (kind.type) {
      case 'request':
        this.#waitingSince.delete(socket);
        if (!kind.response.headersSent) kind.response.setHeader('Connection', 'close');
        return;
      case 'longLived':
        if (!this.#first(kind.response)) return;
        // The app may write again before it hears of the end.
        kind.response.on('error', ignore);
        if (kind.response.headersSent) kind.response.end();
        else socket.destroy();
        return;
      case 'upgraded':
        if (this.#first(socket)) closeUpgraded(socket);
        if (this.#waited(socket) >= GRACE_MS) socket.destroy();
        return;
      case 'unused':
        socket.destroy();
        return;
      case 'waiting':
        if (this.#waited(socket) >= GRACE_MS) socket.destroy();
        return;
      case 'plain':
        if (this.#quiet(socket) >= QUIET_MS + GRACE_MS) socket.destroy();
        else if (this.#quiet(socket) >= QUIET_MS && this.#first(socket)) endSocket(socket);
        return;
      case 'session':
        return;
    }
  }

  /** GOAWAY: no new streams; those under way may finish. Source: https://www.rfc-editor.org/rfc/rfc9113#section-6.8 */
  #endSession(session: ServerHttp2Session, streams: ReadonlySet<ServerHttp2Stream>): void {
    if (this.#first(session)) session.close();
    for (const stream of streams) {
      if (!isLongLivedStream(stream) || !this.#first(stream)) continue;
      stream.on('error', ignore);
      stream.end();
    }
  }

  #first(thing: object): boolean {
    if (this.#ended.has(thing)) return false;
    this.#ended.add(thing);
    return true;
  }

  #waited(socket: Socket): number {
    return this.#clock.now() - this.#since(socket).at;
  }

  /** How long nothing was received or sent. */
  #quiet(socket: Socket): number {
    const since = this.#since(socket);
    const bytes = socket.bytesRead + socket.bytesWritten;
    if (bytes !== since.bytes) this.#waitingSince.set(socket, { at: this.#clock.now(), bytes });
    return this.#waited(socket);
  }

  #since(socket: Socket): { at: number; bytes: number } {
    let since = this.#waitingSince.get(socket);
    if (!since) {
      since = { at: this.#clock.now(), bytes: socket.bytesRead + socket.bytesWritten };
      this.#waitingSince.set(socket, since);
    }
    return since;
  }
}

function isLongLivedStream(stream: ServerHttp2Stream): boolean {
  const { sentHeaders } = stream as { readonly sentHeaders?: Readonly<Record<string, string>> };
  const contentType = sentHeaders?.['content-type'] ?? '';
  return /^text\/event-stream/i.test(contentType);
}

function refuseKeepAlive(
  _request: unknown,
  response: { readonly req: { readonly httpVersionMajor: number }; setHeader(name: string, value: string): unknown },
): void {
  // HTTP/2 has no such header, and GOAWAY instead.
  if (response.req.httpVersionMajor < 2) response.setHeader('Connection', 'close');
}

function endSocket(socket: Socket): void {
  socket.on('error', ignore);
  socket.end();
}

function ignore(): void {
  // A connection that is closed on purpose may fail on the way.
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
