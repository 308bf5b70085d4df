import { lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { closeServer, listen } from '../../util/listen.ts';
import { audienceOf } from '../audience.ts';
import { MAX_BEAT_BYTES } from '../beat.ts';
import type { Listener, TakeLine } from './listen.ts';

/** A connection that sends so many heartbeats in a row that are refused is closed. */
const MAX_REFUSED = 10;
/** Bytes of lines without an end that all connections may hold together; the one that brings more is closed. */
const MAX_UNFINISHED_BYTES = 16 * 2 ** 20;
const NEWLINE = 10;

/**
 * Takes heartbeats line by line from a named pipe, or a socket file, and answers each with a line: `ok` or the reason.
 *
 * @param open lets other accounts write: services have an account each, and the default allows them to read only. For
 * signed heartbeats.
 */
export async function listenPipe(path: string, take: TakeLine, open: boolean): Promise<Listener> {
  const sockets = new Set<Socket>();
  const unfinished = { bytes: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.setTimeout(120_000, () => socket.destroy());
    readLines(socket, take, unfinished);
  });
  server.maxConnections = 20_000;
  const options = { path, readableAll: open, writableAll: open };
  try {
    await listen(server, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || !(await isLeftSocket(path))) throw error;
    await rm(path, { force: true });
    await listen(server, options);
  }
  return {
    address: path,
    audience: audienceOf({ pipe: path }),
    close: () =>
      closeServer(server, () => {
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads no faster than the answers are taken: the other side may send without end. */
function readLines(socket: Socket, take: TakeLine, unfinished: { bytes: number }): void {
  let rest: Buffer = Buffer.alloc(0);
  let refused = 0;
  const onData = (chunk: Buffer): void => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, from)) {
      const why = take(data.toString('utf8', from, end));
      from = end + 1;
      refused = why === undefined ? 0 : refused + 1;
      const hasRoom = socket.write(`${why ?? 'ok'}\n`);
      if (refused >= MAX_REFUSED) {
        socket.off('data', onData).destroySoon();
        return;
      }
      if (!hasRoom && !socket.isPaused()) {
        socket.pause();
        socket.once('drain', () => socket.resume());
      }
    }
    keep(data.subarray(from));
    if (rest.length > MAX_BEAT_BYTES || unfinished.bytes > MAX_UNFINISHED_BYTES) socket.destroy();
  };
  const keep = (bytes: Buffer): void => {
    unfinished.bytes += bytes.length - rest.length;
    // A copy: a part of it would keep the whole chunk in memory.
    rest = Buffer.from(bytes);
  };
  socket.on('close', () => {
    keep(Buffer.alloc(0));
  });
  socket.on('data', onData);
}

/** A killed receiver leaves its socket file; a running one answers on it; another file is not ours. */
async function isLeftSocket(path: string): Promise<boolean> {
  const facts = await lstat(path).catch(() => undefined);
  return facts?.isSocket() === true && !(await answers(path));
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
