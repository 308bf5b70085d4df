import type { Context } from 'hono';
import type { AdminContext, Call } from '../context.ts';
import { authenticate } from '../security/authenticate.ts';
import { checkOrigin } from '../security/origin.ts';
import { canSee, type Principal } from '../security/principal.ts';
import { hasRole } from '../security/roles.ts';
import type { Connection } from '../server/connection.ts';
import { ApiError } from './api-error.ts';
import { readRequest } from './read-request.ts';
import type { Access, Route } from './route.ts';

/** Data that Hono carries along with a request. */
export interface AdminEnv {
  readonly Bindings: Connection;
  readonly Variables: { traceId: string; principal?: Principal; base: string };
}

/** Caller of a public route. */
const ANONYMOUS: Principal = {
  id: '',
  name: '',
  by: 'token',
  role: 'metrics',
  logs: false,
  services: new Set(),
};

/**
 * Answers a request of a route: credential, origin, role, service, limit, then the parts of the request; a change is
 * written to the audit log before it is made. @throws ApiError and the errors of the handler
 */
export async function serveRoute(route: Route, c: Context<AdminEnv>, context: AdminContext): Promise<Response> {
  const principal = route.access === 'public' ? ANONYMOUS : await callerOf(c, context);
  if (route.access !== 'public') c.set('principal', principal);
  const request = c.req.raw;
  checkOrigin(request, principal.by === 'session');
  if (route.access !== 'public') await context.rates.principal(`${principal.by} ${principal.id}`);
  checkAccess(route.access, principal);
  const params = c.req.param() as Readonly<Record<string, string>>;
  if (route.path.startsWith('/services/{name}')) checkService(route, params['name'] ?? '', principal, context);
  const parts = await readRequest(route, request, params);
  const call: Call = {
    request,
    ...parts,
    principal,
    address: c.env.address,
    secure: c.env.secure ?? false,
    traceId: c.var.traceId,
    base: c.var.base,
  };
  if (route.access === 'public' || route.method === 'GET' || isPlan(call)) return route.handle(call as never, context);
  return recorded(route, call, params, context);
}

/** A request that only says what would change is no change. */
function isPlan({ query }: Call): boolean {
  return (query as { readonly plan?: boolean } | undefined)?.plan === true;
}

async function callerOf(c: Context<AdminEnv>, context: AdminContext): Promise<Principal> {
  try {
    return await authenticate(c.req.raw, context.credentials, c.env, context.now());
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 'CREDENTIALS_UNAVAILABLE') throw error;
    // A request without a credential doesn't count as a failed login.
    if (c.req.header('authorization') !== undefined) await context.rates.failedLogin(c.env.address ?? '');
    throw error;
  }
}

function checkAccess(access: Access, principal: Principal): void {
  if (access === 'public') return;
  if (access === 'logs') {
    if (principal.logs && hasRole(principal.role, 'viewer')) return;
    throw new ApiError('FORBIDDEN_ROLE', {
      detail: `Logs and events need the right "logs"; "${principal.name}" has the role ${principal.role} without it.`,
      hint: 'Use a token with it: winsvc admin token create --logs',
    });
  }
  if (hasRole(principal.role, access)) return;
  throw new ApiError('FORBIDDEN_ROLE', {
    detail: `It needs the role ${access}; "${principal.name}" has the role ${principal.role}.`,
  });
}

function checkService(route: Route, service: string, principal: Principal, context: AdminContext): void {
  if (!canSee(principal, service))
    throw new ApiError('FORBIDDEN_SERVICE', { detail: `"${principal.name}" may not use the service "${service}".` });
  if (route.writes && !context.isWritable(service))
    throw new ApiError('NOT_WRITABLE', { detail: `The service "${service}" is not among those that can be changed.` });
}

async function recorded(
  route: Route,
  call: Call,
  { name: service }: Readonly<Record<string, string>>,
  context: AdminContext,
): Promise<Response> {
  const { traceId, principal, address, request } = call;
  const about = {
    traceId,
    principal: principal.name,
    principalId: principal.id,
    by: principal.by,
    ...(address !== undefined && { address }),
    method: request.method,
    path: new URL(request.url).pathname,
    ...(service !== undefined && { service }),
    action: route.id,
  };
  try {
    await context.record({ ...about, kind: 'attempt' });
  } catch (cause) {
    throw new ApiError('AUDIT_UNAVAILABLE', { cause });
  }
  const response = await route.handle(call as never, context);
  await context.record({ ...about, kind: 'result', status: response.status }).catch((error: unknown) => {
    context.log.error('The audit log cannot be written', { error, ...about });
  });
  return response;
}
