import type { Socket } from 'node:net';

/** The peer goes away: a server that stops. Source: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001;

interface WebSocketLike {
  close(code: number, reason: string): void;
}

/**
 * Ends a socket that the app took over. A websocket of the `ws` package (also below socket.io, NestJS and Next.js) sends
 * its close frame; others get the end of the stream.
 */
export function closeUpgraded(socket: Socket): void {
  // Its library may write to it again, or its peer reset it.
  socket.on('error', () => undefined);
  const websocket = websocketOf(socket);
  if (!websocket) {
    socket.end();
    return;
  }
  try {
    websocket.close(GOING_AWAY, 'The service is stopping.');
  } catch {
    socket.end();
  }
}

/** `ws` keeps its websocket at the socket, under a symbol. */
function websocketOf(socket: Socket): WebSocketLike | undefined {
  for (const key of Object.getOwnPropertySymbols(socket)) {
    if (key.description !== 'websocket') continue;
    const value = (socket as unknown as Record<symbol, Partial<WebSocketLike> | undefined>)[key];
    if (typeof value?.close === 'function') return value as WebSocketLike;
  }
  return undefined;
}
