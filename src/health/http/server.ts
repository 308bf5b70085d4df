import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { isOwnHost, limitConnections } from '../../util/http-guard.ts';
import { closeHttp, listen } from '../../util/listen.ts';
import { port, text } from '../../util/option-types.ts';
import type { Health } from '../health.ts';
import { handlerShape, healthHandler, type HealthHandlerOptions } from './handler.ts';

/** Options of `healthServer`. */
export interface HealthServerOptions extends HealthHandlerOptions {
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /**
   * Address to listen on. Default `'127.0.0.1'`: reachable from this machine only. Another address also needs a rule of
   * the firewall: `New-NetFirewallRule -DisplayName Health -Direction Inbound -Protocol TCP -LocalPort 9100 -Action Allow`.
   */
  readonly host?: string;
  /** Names in the Host header that are accepted besides addresses and localhost. Default on loopback: none; otherwise: all. */
  readonly hosts?: readonly string[];
}

/** Server with the endpoints of `healthHandler`. */
export interface HealthServer {
  /** Port that the server listens on. */
  readonly port: number;
  /** Address of the server, without a path: `http://127.0.0.1:9100`. */
  readonly url: string;
  /** Closes the server and its connections. Does nothing the second time. */
  close(): Promise<void>;
  /** Same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens a server with `/livez`, `/readyz`, `/startupz`, `/healthz` and, given `metrics`, `/metrics`.
 *
 * @throws ServiceError INVALID_OPTIONS; the error of `listen` when the port is taken
 * @example
 * const server = await healthServer(health, { port: 9100 });
 */
export async function healthServer(health: Health, options: HealthServerOptions): Promise<HealthServer> {
  checkOptions(
    'healthServer',
    z.strictObject({
      ...handlerShape,
      port,
      host: z.optional(text),
      hosts: z.optional(z.array(text, 'must be a list of names')),
    }),
    options,
  );
  const { port: wanted, host = '127.0.0.1', hosts, ...handlerOptions } = options;
  const handler = healthHandler(health, handlerOptions);
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 2_000 },
    (request, response) => {
      if (isOwnHost(request.headers.host, host, hosts)) handler(request, response);
      else response.writeHead(421, { Connection: 'close' }).end('the Host header names another server\n');
    },
  );
  limitConnections(server, 100);
  await listen(server, { port: wanted, host });
  const { port: taken } = server.address() as AddressInfo;
  const close = (): Promise<void> => closeHttp(server);
  return {
    port: taken,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
