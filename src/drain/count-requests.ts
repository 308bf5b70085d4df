import { connectionKind } from './connection-kind.ts';
import type { ServerRegistry } from './server-connections.ts';

/** Counts the requests that the servers of this process are answering at this moment. */
export function countRequests({ servers, connectionsOf }: ServerRegistry): number {
  let count = 0;
  for (const server of servers) {
    const { sockets, sessions } = connectionsOf(server);
    for (const socket of sockets) if (connectionKind(server, socket, () => false).type === 'request') count += 1;
    for (const streams of sessions.values()) count += streams.size;
  }
  return count;
}
