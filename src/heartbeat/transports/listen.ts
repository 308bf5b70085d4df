import type { ListenOptions, Server } from 'node:net';

/** Accepts a heartbeat. Returns `undefined`, or the reason why not. */
export type TakeLine = (line: string) => string | undefined;

/** A way of receiving that is open. */
export interface Listener {
  readonly address: string;
  /** Name that its heartbeats are bound to. */
  readonly audience: string;
  close(): Promise<void>;
}

/** Resolves when the server listens. @throws the error of `listen` */
export function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Closes a server. @param cut ends its connections */
export function closed(server: Server, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    cut();
  });
}
