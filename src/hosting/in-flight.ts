import { connectionKind, isLongLived } from '../drain/connection-kind.ts';
import type { ServerRegistry } from '../drain/server-connections.ts';

const POLL_MS = 10;

/**
 * Waits until the requests that are in flight now are answered, at most `limitMs`. New ones aren't waited for. Then a
 * program whose signal listener calls `process.exit()` at once loses none.
 */
export async function untilAnswered({ servers, connectionsOf }: ServerRegistry, limitMs: number): Promise<void> {
  const open = new Set<{ readonly closed?: boolean; readonly writableFinished?: boolean }>();
  for (const server of servers) {
    const { sockets, sessions } = connectionsOf(server);
    for (const socket of sockets) {
      const kind = connectionKind(server, socket, isLongLived);
      if (kind.type === 'request') open.add(kind.response);
    }
    for (const streams of sessions.values()) for (const stream of streams) open.add(stream);
  }
  const until = Date.now() + limitMs;
  for (;;) {
    for (const response of open)
      if (response.closed === true || response.writableFinished === true) open.delete(response);
    if (open.size === 0 || Date.now() > until) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
