import type { ListenOptions, Server } from 'node:net';
import type { Server as HttpServer } from 'node:http';

/** Resolves when the server listens. @throws the error of `listen`, such as EADDRINUSE */
export function listen(server: Server | HttpServer, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Closes a server, and resolves when it is closed. @param cut ends its connections */
export function closeServer(server: Server | HttpServer, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    cut();
  });
}

/** Closes an HTTP server together with its connections. */
export function closeHttp(server: Pick<HttpServer, 'close' | 'closeAllConnections'>): Promise<void> {
  return closeServer(server as HttpServer, () => {
    server.closeAllConnections();
  });
}
