import { connect, type Socket } from 'node:net';
import { HeartbeatRefusal, type Transport } from './send.ts';

/** Sends each heartbeat as a line through a named pipe that is kept open. */
export function pipeTransport(path: string): Transport {
  let socket: Socket | undefined;

  function open(): Socket {
    if (socket && !socket.destroyed) return socket;
    socket = connect(path);
    socket.setEncoding('utf8');
    // The current heartbeat handles errors; between two heartbeats an error affects no caller.
    socket.on('error', () => undefined);
    socket.unref();
    return socket;
  }
  return {
    send: (line, signal) =>
      new Promise((resolve, reject) => {
        const pipe = open();
        let answer = '';
        const settle = (error?: Error): void => {
          pipe.off('data', onData).off('error', settle).off('close', onClose);
          signal.removeEventListener('abort', onAbort);
          // A late answer must not be taken for the answer to the next one.
          if (error && !(error instanceof HeartbeatRefusal)) pipe.destroy();
          if (error) reject(error);
          else resolve();
        };
        const onData = (text: string): void => {
          answer = (answer + text).slice(0, 200);
          if (answer.length === 200) settle(new Error('the receiver answers with something else than a word'));
          else if (answer === 'ok\n') settle();
          else if (answer.endsWith('\n')) settle(new HeartbeatRefusal(answer.trimEnd()));
        };
        const onClose = (): void => {
          settle(new Error('the receiver closed the pipe'));
        };
        const onAbort = (): void => {
          settle(signal.reason as Error);
        };
        pipe.on('data', onData).on('error', settle).on('close', onClose);
        signal.addEventListener('abort', onAbort);
        pipe.write(`${line}\n`);
      }),
    close() {
      socket?.destroy();
    },
  };
}
