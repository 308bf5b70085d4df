import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import type { Admin } from '../create-admin.ts';
import { MALFORMED, problemOf } from './raw-problem.ts';

/**
 * Handler for node:http (`createServer(handler)`), for Express (`app.use(handler)`), and for Fastify by
 * `@fastify/middie`.
 */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/**
 * Makes a handler for node:http, Express and the like. Mount it before body parsers: they would consume the body. With
 * `next`, paths that aren't the admin's are passed on.
 *
 * @example
 * const app = express();
 * app.use(toNodeHandler(admin));
 */
export function toNodeHandler(admin: Admin): NodeHandler {
  const listener = getRequestListener(
    (request, { incoming }) => {
      const socket = incoming.socket as TLSSocket;
      const secure = socket.encrypted as boolean | undefined;
      return admin.fetch(request, {
        address: socket.remoteAddress,
        secure: secure === true,
        certificate: secure === true ? fingerprintOf(socket) : undefined,
      });
    },
    // Other programs of the process keep their own Request and Response.
    { overrideGlobalObjects: false, errorHandler: () => badRequest() },
  );
  return (request, response, next) => {
    if (next && !isOwn(request.url ?? '')) next();
    else void listener(request, response).catch((error: unknown) => next?.(error));
  };
}

/** Answers requests that are refused before there is a Request, such as one with an invalid Host header. */
function badRequest(): Response {
  const problem = problemOf(MALFORMED);
  return Response.json(problem, { status: problem.status, headers: { 'Content-Type': 'application/problem+json' } });
}

function isOwn(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return path === '/' || path.startsWith('/api/v1/') || path.startsWith('/admin-page/');
}

/** Empty where the client sent none. */
function fingerprintOf(socket: TLSSocket): string | undefined {
  const { fingerprint256 } = socket.getPeerCertificate() as { fingerprint256?: string };
  return fingerprint256;
}
