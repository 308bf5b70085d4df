import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { isOwnHost, limitConnections } from '../../util/http-guard.ts';
import { port, text } from '../../util/option-types.ts';
import type { Health } from '../health.ts';
import { handlerShape, healthHandler, type HealthHandlerOptions } from './handler.ts';

/** Options of `healthServer`. */
export interface HealthServerOptions extends HealthHandlerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /**
   * Address to listen on. Default `'127.0.0.1'`: reachable from this machine only. Another address also needs a rule of
   * the firewall: `New-NetFirewallRule -DisplayName Health -Direction Inbound -Protocol TCP -LocalPort 9100 -Action Allow`.
   */
  readonly host?: string;
  /** Names in the Host header that are accepted besides addresses and localhost. Default on loopback: none; otherwise: all. */
  readonly hosts?: readonly string[];
}

/** A server with the endpoints of {@link healthHandler}. */
export interface HealthServer {
  readonly port: number;
  readonly url: string;
  /** Closes it, also for who is connected. Does nothing the second time. */
  close(): Promise<void>;
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
  await listening(server, wanted, host);
  const { port: taken } = server.address() as AddressInfo;
  const close = (): Promise<void> => closed(server);
  return {
    port: taken,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listening(server: Server, wanted: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
