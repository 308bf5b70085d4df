import { checkToken } from '../../security/authenticate.ts';
import { hasRole } from '../../security/roles.ts';
import { ApiError } from '../api-error.ts';
import { json } from '../respond.ts';
import { route } from '../route.ts';
import { sessionRequestSchema, sessionSchema } from '../schemas/system.ts';

export const login = route({
  method: 'POST',
  path: '/session',
  id: 'login',
  tag: 'session',
  summary: 'Begins a session of the page, for a token.',
  access: 'public',
  body: sessionRequestSchema,
  answers: { 200: { description: 'The session; its cookie is set.', schema: sessionSchema, headers: ['Set-Cookie'] } },
  async handle({ body, address, traceId, secure }, context) {
    const { tokens, sessions } = context.credentials;
    if (!sessions || !tokens)
      throw new ApiError('NOT_CONFIGURED', {
        detail: 'There is no login: the options "tokens" and "session" are needed.',
      });
    const record = await checkToken(body.token, tokens, context.now()).catch(async (error: unknown) => {
      await context.rates.failedLogin(address ?? '');
      throw error;
    });
    if (!hasRole(record.role, 'viewer'))
      throw new ApiError('FORBIDDEN_ROLE', { detail: 'The token is for /metrics only.' });
    const { cookie, until } = await sessions.begin(record.id, secure, context.now());
    await context.record({
      kind: 'login',
      traceId,
      principal: record.name,
      principalId: record.id,
      by: 'session',
      ...(address !== undefined && { address }),
    });
    const session = { name: record.name, role: record.role, expiresAt: new Date(until).toISOString() };
    return json(session, 200, { 'Set-Cookie': cookie });
  },
});

export const logout = route({
  method: 'DELETE',
  path: '/session',
  id: 'logout',
  tag: 'session',
  summary: 'Ends the session of the page.',
  access: 'public',
  answers: { 204: { description: 'The session is over.' } },
  async handle({ request, secure }, context) {
    const cookie = await context.credentials.sessions?.end(request, secure, context.now());
    return new Response(null, { status: 204, headers: cookie === undefined ? {} : { 'Set-Cookie': cookie } });
  },
});
