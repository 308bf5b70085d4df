import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { MAX_BEAT_BYTES } from '../beat.ts';
import { closed, type Listener, listening, type TakeLine } from './listen.ts';

/** Takes heartbeats line by line from a named pipe, or a socket file, and answers each with a line: `ok` or the reason. */
export async function listenPipe(path: string, take: TakeLine): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.setTimeout(120_000, () => socket.destroy());
    readLines(socket, take);
  });
  server.maxConnections = 20_000;
  try {
    await listening(server, path);
  } catch (error) {
    // A receiver that was killed leaves its socket file; one that lives answers on it.
    if (path.startsWith('\\\\') || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || (await answers(path))) {
      throw error;
    }
    await rm(path, { force: true });
    await listening(server, path);
  }
  return {
    address: path,
    close: () =>
      closed(server, () => {
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readLines(socket: Socket, take: TakeLine): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) socket.write(`${take(line) ?? 'ok'}\n`);
    if (rest.length > MAX_BEAT_BYTES) socket.destroy();
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
