import { BroadcastChannel, getEnvironmentData, receiveMessageOnPort, setEnvironmentData } from 'node:worker_threads';

const NAME = 'winsvc.threadOutput';

type Chunk = string | Uint8Array;
/** Output of a thread, with the file descriptor that it was written to. */
type Piece = readonly [fd: 1 | 2, chunk: Chunk];

/**
 * Takes the output that threads of this process write to the file descriptors 1 and 2, such as that of pino's transports,
 * into the standard streams of this thread. Threads that start later send it (hosted-thread.ts).
 *
 * @returns takes what has been sent and not received yet, for the end of the process
 */
export function takeThreadOutput(): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.unref();
  const take = ([fd, chunk]: Piece): void => {
    (fd === 1 ? process.stdout : process.stderr).write(chunk);
  };
  channel.onmessage = (event) => {
    take((event as { readonly data: Piece }).data);
  };
  setEnvironmentData(NAME, true);
  return () => {
    for (;;) {
      const received = receiveMessageOnPort(channel as never) as { readonly message: Piece } | undefined;
      if (!received) return;
      take(received.message);
    }
  };
}

/** Sends the output of this thread to the one that takes it; `undefined` when none does. */
export function threadSender(): ((fd: 1 | 2) => (chunk: Chunk) => void) | undefined {
  if (getEnvironmentData(NAME) !== true) return undefined;
  let channel: BroadcastChannel | undefined;
  return (fd) => (chunk) => {
    channel ??= new BroadcastChannel(NAME).unref();
    // A copy: the writer may use its buffer again, and a pooled one is larger than the chunk.
    channel.postMessage([fd, typeof chunk === 'string' ? chunk : Uint8Array.from(chunk)] satisfies Piece);
  };
}
