import type { Server } from 'node:net';

/** What a way of receiving does with a heartbeat: `undefined` when it was taken, otherwise why not. */
export type TakeLine = (line: string) => string | undefined;

/** A way of receiving that is open. */
export interface Listener {
  readonly address: string;
  close(): Promise<void>;
}

/** Resolves when the server listens. @throws the error of `listen` */
export function listening(server: Server, ...args: [path: string] | [port: number, host: string]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const done = (): void => {
      server.off('error', reject);
      resolve();
    };
    if (args.length === 1) server.listen(args[0], done);
    else server.listen(args[0], args[1], done);
  });
}

export function closed(server: Server, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    cut();
  });
}
