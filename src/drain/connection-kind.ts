import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';

/** Selects responses that would never end by themselves. */
export type LongLived = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Use of a connection when its server closes. */
export type ConnectionKind =
  /** A request is being answered. */
  | { readonly type: 'request'; readonly response: ServerResponse }
  /** A response that never ends by itself: server-sent events, a poll of socket.io. */
  | { readonly type: 'longLived'; readonly response: ServerResponse }
  /** The app took it over: a websocket, a CONNECT tunnel. */
  | { readonly type: 'upgraded'; readonly socket: Socket }
  /** Nothing was received yet, or no TLS handshake was done. Browsers open such connections in reserve. */
  | { readonly type: 'unused' }
  /** Part of a request was received, or the connection waits for the next one. */
  | { readonly type: 'waiting' }
  /** A session of HTTP/2 works with it. */
  | { readonly type: 'session' }
  /** A server that isn't HTTP: nothing is known of its protocol. */
  | { readonly type: 'plain' };

/** State that Node keeps with a socket of an HTTP server. Unchanged since Node 8; undefined on other sockets. */
type HttpSocket = Socket & {
  /** The response under way; null when there is none. */
  readonly _httpMessage?: ServerResponse | null;
  /** Null after an upgrade. */
  readonly parser?: object | null;
  readonly encrypted?: boolean;
};

/** Finds out what a connection is used for. */
export function connectionKind(server: Server, connection: Socket, longLived: LongLived): ConnectionKind {
  const socket = connection as HttpSocket;
  const response = socket._httpMessage;
  if (response) return { type: longLived(response.req, response) ? 'longLived' : 'request', response };
  if (socket.parser === null) return { type: 'upgraded', socket };
  if ('setSecureContext' in server && socket.encrypted !== true) return { type: 'unused' };
  if (socket.parser !== undefined) return { type: socket.bytesRead === 0 ? 'unused' : 'waiting' };
  return { type: 'updateSettings' in server ? 'session' : 'plain' };
}

/** Server-sent events, and polls of socket.io that wait for the next message. */
export function isLongLived(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET') return false;
  const { _header: head } = response as ServerResponse & { readonly _header?: string | null };
  if (/^content-type:\s*text\/event-stream/im.test(head ?? '')) return true;
  return (
    !response.headersSent && /[?&]EIO=\d+/.test(request.url ?? '') && /[?&]transport=polling/.test(request.url ?? '')
  );
}
