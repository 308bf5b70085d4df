import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { AppEvent } from '../plan.ts';
import { createCues, type Cues } from './cues.ts';

/** What a program says first. */
export interface Hello {
  readonly service: string;
  readonly pid: number;
}

/** The line to one process of a service. */
export interface AppLine {
  readonly pid: number;
  readonly cues: Cues;
  send(handler: string): void;
  /** The process has said all that it had to say. */
  readonly closed: Promise<void>;
}

/** Where the programs of real services call. */
export interface AppLink {
  readonly port: number;
  /** The next process of this service. */
  next(service: string): { readonly promise: Promise<AppLine>; cancel(): void };
  close(): Promise<void>;
}

export async function openAppLink(): Promise<AppLink> {
  const waiting = new Map<string, (line: AppLine) => void>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const cues = createCues();
    const closed = new Promise<void>((resolve) =>
      socket.once('close', () => {
        resolve();
      }),
    );
    createInterface({ input: socket })
      .on('error', () => undefined)
      .on('line', (text) => {
        const said = JSON.parse(text) as AppEvent | Hello;
        if ('event' in said) cues.emit(said);
        else
          waiting.get(said.service)?.({
            pid: said.pid,
            cues,
            closed,
            send(handler) {
              socket.write(`${handler}\n`);
            },
          });
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    next(service) {
      const promise = new Promise<AppLine>((resolve) => waiting.set(service, resolve));
      return {
        promise,
        cancel: () => waiting.delete(service),
      };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
