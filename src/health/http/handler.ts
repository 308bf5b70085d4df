import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { checkOptions } from '../../errors/check-options.ts';
import { flag, objectWith, text } from '../../util/option-types.ts';
import { toError } from '../../util/to-error.ts';
import type { Health } from '../health.ts';
import { type Endpoint, respond } from './respond.ts';

/** Options of `healthHandler`. */
export interface HealthHandlerOptions {
  /** Token that callers must send as `Authorization: Bearer TOKEN`. Default: none. */
  readonly token?: string;
  /** Adds every check to the answers. Default `true`. */
  readonly details?: boolean;
  /** Makes the text of `/metrics`: what `healthMetrics` gives. Default: there is no `/metrics`. */
  readonly metrics?: MetricsSource;
}

/** Source of the text of `/metrics`, such as `healthMetrics` and `createMetrics`. */
export interface MetricsSource {
  /** Type of the text, for the header Content-Type. */
  readonly contentType: string;
  /** Returns the text. */
  metrics(): Promise<string>;
}

/** Handler for node:http (`createServer(handler)`) and Express (`app.use(handler)`); other paths go to `next`. */
export type HealthHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

export const handlerShape = {
  token: z.optional(text),
  details: z.optional(flag),
  metrics: z.optional(objectWith('metrics')),
};

const ENDPOINTS: readonly string[] = ['livez', 'readyz', 'startupz', 'healthz'] satisfies Endpoint[];

/**
 * Answers `/livez`, `/readyz`, `/startupz` and `/healthz` with 200 or 503 and a body of the type
 * `application/health+json`, and `/metrics` where it was given some.
 *
 * @throws ServiceError INVALID_OPTIONS
 */
export function healthHandler(health: Health, options: HealthHandlerOptions = {}): HealthHandler {
  checkOptions('healthHandler', z.strictObject(handlerShape), options);
  const { token, details = true, metrics } = options;
  const metricsText = metrics && shareRun(() => metrics.metrics());
  return (request, response, next) => {
    const name = pathOf(request.url).replace(/^\/|\/$/g, '');
    const isMetrics = name === 'metrics' && metrics !== undefined && metricsText !== undefined;
    if (!ENDPOINTS.includes(name) && !isMetrics) {
      if (next) next();
      else send(response, 404, 'text/plain', 'not found\n');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      send(response, 405, 'text/plain', 'method not allowed\n');
    } else if (token !== undefined && !hasToken(request, token)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      send(response, 401, 'text/plain', 'a token is needed\n');
    } else if (isMetrics) {
      metricsText().then(
        (body) => {
          send(response, 200, metrics.contentType, body);
        },
        (thrown: unknown) => {
          send(response, 500, 'text/plain', `${toError(thrown).message}\n`);
        },
      );
    } else {
      const { status, body } = respond(health, name as Endpoint, details);
      send(response, status, 'application/health+json; charset=utf-8', `${JSON.stringify(body)}\n`);
    }
  };
}

/** Path of a request target: `/livez`, or `http://host/livez` as proxies are sent it. */
function pathOf(target = ''): string {
  return target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? '';
}

/** Calls that come while a run is under way share it: requests in a pipeline would start thousands. */
function shareRun<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= Promise.resolve()
      .then(run)
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(token));
}
