import { Hono } from 'hono';
import type { AdminContext } from '../context.ts';
import { toError } from '../../util/to-error.ts';
import { checkHost } from '../security/origin.ts';
import { ApiError } from './api-error.ts';
import { pageResponse } from './page-response.ts';
import { toProblem } from './problem.ts';
import { problemResponse } from './respond.ts';
import type { Route } from './route.ts';
import { type AdminEnv, serveRoute } from './serve-route.ts';
import { traceIdOf } from './trace.ts';

/** Path below which the API is. */
export const API = '/api/v1';

/** Headers of every answer: no cache, no frames, no content sniffing, no referrer. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;
/** Headers of answers of the API, which a browser must not show as a page. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Makes the app of Hono: routes, limits, and problem documents for every error. */
export function createApp(routes: readonly Route[], context: AdminContext): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.use(async (c, next) => {
    c.set('traceId', traceIdOf(c.req.raw));
    c.set('base', API);
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    if (!c.res.headers.has('Content-Security-Policy')) c.res.headers.set('Content-Security-Policy', API_POLICY);
  });
  app.use(async (c, next) => {
    checkHost(c.req.raw, context.hosts);
    await context.rates.address(c.env.address ?? '');
    await next();
  });
  for (const route of routes) app.on(route.method, API + toHono(route.path), (c) => serveRoute(route, c, context));
  for (const [path, allow] of methodsByPath(routes))
    app.all(API + toHono(path), (c) => {
      throw new ApiError('METHOD_NOT_ALLOWED', {
        detail: `${c.req.method} is not a method of ${path}.`,
        headers: { Allow: allow },
      });
    });
  app.get('*', (c, next) => pageResponse(c.req.path, context.adapters.page) ?? next());
  app.notFound((c) => {
    throw new ApiError('NOT_FOUND', { detail: `There is no ${c.req.path.slice(0, 200)}.` });
  });
  app.onError(async (error, c) => {
    await report(error, c.req.raw, c.var, c.env.address, context);
    return answerProblem(error, c.req.raw, c.var.traceId, context);
  });
  return app;
}

function answerProblem(error: Error, request: Request, traceId: string, context: AdminContext): Response {
  const instance = new URL(request.url).pathname;
  const problem = toProblem(error, { instance, traceId, now: context.now() });
  return problemResponse(problem, error instanceof ApiError ? error.options.headers : {});
}

/** Refused callers go to the audit log, failures to the log. */
async function report(
  error: Error,
  request: Request,
  { traceId, principal }: AdminEnv['Variables'],
  address: string | undefined,
  context: AdminContext,
): Promise<void> {
  const status = error instanceof ApiError ? error.status : undefined;
  const path = new URL(request.url).pathname;
  const code = 'code' in error ? String(error.code) : error.name;
  if ((status === undefined && code === error.name) || (status ?? 0) >= 500)
    context.log.error(`Request failed: ${request.method} ${path}`, { traceId, error: toError(error.cause ?? error) });
  const isChange = request.method !== 'GET' && request.method !== 'HEAD' && principal !== undefined;
  const isRefusal = status === 401 || status === 403 || status === 429;
  if (!isRefusal && !isChange) return;
  const about = {
    traceId,
    kind: isRefusal ? 'refused' : 'result',
    ...(principal && { principal: principal.name, principalId: principal.id, by: principal.by }),
    ...(address !== undefined && { address }),
    method: request.method,
    path: path.slice(0, 500),
    ...(status !== undefined && { status }),
    code,
  } as const;
  await context.record(about).catch((failure: unknown) => {
    context.log.error('The audit log cannot be written', { error: toError(failure), ...about });
  });
}

/** `/services/{name}` → `/services/:name` */
function toHono(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function methodsByPath(routes: readonly Route[]): Map<string, string> {
  const methods = new Map<string, string>();
  for (const { path, method } of routes) {
    const before = methods.get(path);
    methods.set(path, `${before === undefined ? '' : `${before}, `}${method}${method === 'GET' ? ', HEAD' : ''}`);
  }
  return methods;
}
