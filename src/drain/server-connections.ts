import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server, Socket } from 'node:net';

/** Open connections of one server. */
export interface ServerConnections {
  /** Sockets. A TLS socket replaces the raw one below it when the handshake is done. */
  readonly sockets: Set<Socket>;
  /** HTTP/2 sessions with their open streams. */
  readonly sessions: Map<ServerHttp2Session, Set<ServerHttp2Stream>>;
}

/** Servers of this process and their open connections. */
export interface ServerRegistry {
  /** Servers that listen, or have connections left. */
  readonly servers: ReadonlySet<Server>;
  connectionsOf(server: Server): ServerConnections;
  /** Ends the recording. */
  stop(): void;
}

type AcceptedSocket = Socket & { readonly server?: Server; readonly _server?: Server; readonly _parent?: Socket };

/**
 * Records every server of the process and its connections, from now on. Node's own list (`closeIdleConnections`) lacks
 * upgraded sockets, TLS connections without a handshake, HTTP/2 sessions, and servers that aren't HTTP.
 *
 * Sources: https://nodejs.org/api/diagnostics_channel.html#net,
 * https://nodejs.org/api/http.html#servercloseidleconnections
 */
export function trackServers(): ServerRegistry {
  const servers = new Set<Server>();
  const records = new WeakMap<Server, ServerConnections>();
  const connectionsOf = (server: Server): ServerConnections => {
    const known = records.get(server);
    if (known) return known;
    const record = watchServer(server);
    server.on('close', () => servers.delete(server));
    records.set(server, record);
    return record;
  };
  // The session of an HTTP/2 connection is made before its socket is published: a server is watched before it listens.
  const onListen = (message: unknown): void => {
    const { server } = message as { server: Server };
    connectionsOf(server);
    servers.add(server);
  };
  const onListenError = (message: unknown): void => {
    servers.delete((message as { server: Server }).server);
  };
  const onSocket = (message: unknown): void => {
    const { socket } = message as { socket: AcceptedSocket };
    const server = socket.server ?? socket._server;
    if (!server) return;
    servers.add(server);
    addSocket(connectionsOf(server).sockets, socket);
  };
  const listeners = [
    ['tracing:net.server.listen:asyncStart', onListen],
    ['tracing:net.server.listen:error', onListenError],
    ['net.server.socket', onSocket],
  ] as const;
  for (const [channel, listener] of listeners) subscribe(channel, listener);
  return {
    servers,
    connectionsOf,
    stop() {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener);
    },
  };
}

function watchServer(server: Server): ServerConnections {
  const sockets: ServerConnections['sockets'] = new Set();
  const sessions: ServerConnections['sessions'] = new Map();
  server.on('secureConnection', (socket: AcceptedSocket) => {
    addSocket(sockets, socket);
    if (socket._parent) sockets.delete(socket._parent);
  });
  server.on('session', (session: ServerHttp2Session) => {
    const streams = new Set<ServerHttp2Stream>();
    sessions.set(session, streams);
    session.on('stream', (stream) => {
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
    });
    session.once('close', () => sessions.delete(session));
  });
  return { sockets, sessions };
}

function addSocket(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}
