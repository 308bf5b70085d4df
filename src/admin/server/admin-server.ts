import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { isLoopback, limitConnections } from '../../util/http-guard.ts';
import { closeHttp, listen } from '../../util/listen.ts';
import { port, text } from '../../util/option-types.ts';
import type { Admin } from '../create-admin.ts';
import { toNodeHandler } from './node-handler.ts';
import { rawProblem } from './raw-problem.ts';

/** Options of `adminServer`. */
export interface AdminServerOptions {
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  /** Address to listen on. Default `'127.0.0.1'`. Another one than loopback needs `tls`. */
  readonly host?: string;
  /**
   * Certificate and key, as node:tls takes them. For client certificates: `{ requestCert: true, rejectUnauthorized:
   * false }`, because they are known by their fingerprints.
   */
  readonly tls?: TlsOptions;
}

/** Server of the admin. */
export interface AdminServer extends AsyncDisposable {
  /** TCP port. */
  readonly port: number;
  /** Address of the page; the API is below `/api/v1`. */
  readonly url: string;
  /** Closes the server and every connection. The admin stays usable. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 1_024;
const HANDSHAKE_MS = 5_000;
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};

const schema = z.strictObject({ port, host: z.optional(text), tls: z.optional(z.looseObject({})) });

/**
 * Opens a server for the API and the page, on this machine only by default.
 *
 * @throws ServiceError INVALID_OPTIONS for another address without TLS; the error of `listen` when the port is taken
 * @example
 * const server = await adminServer(admin, { port: 9080 });
 * ctx.onShutdown('admin', () => server.close());
 */
export async function adminServer(admin: Admin, options: AdminServerOptions): Promise<AdminServer> {
  const { port: wanted, host = '127.0.0.1', tls } = options;
  checkOptions('adminServer', schema, options, () =>
    tls === undefined && !isLoopback(host)
      ? [
          {
            path: 'tls',
            message: `is missing: ${host} can be reached from outside, and tokens must not go in the clear`,
          },
        ]
      : [],
  );
  const handler = toNodeHandler(admin);
  const server = tls
    ? createTlsServer({ handshakeTimeout: HANDSHAKE_MS, ...tls, ...LIMITS }, handler)
    : createServer(LIMITS, handler);
  limitConnections(server, MAX_CONNECTIONS);
  server.maxRequestsPerSocket = 10_000;
  server.on('clientError', refuse);
  await listen(server, { port: wanted, host });
  const { port: taken } = server.address() as AddressInfo;
  const close = (): Promise<void> => closeHttp(server);
  return {
    port: taken,
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${taken}/`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Answers data that Node's parser refuses: it never becomes a request. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else socket.end(rawProblem(error.code));
}
