// Every route with every kind of error: each answer is a problem document with a next step.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMockScm } from 'winsvc/testing';
import type { ServiceManager } from 'winsvc/manager';
import { PROBLEM_CODES } from '../../../src/admin/api/problem-codes.ts';
import type { Route } from '../../../src/admin/api/route.ts';
import { routes } from '../../../src/admin/api/routes.ts';
import { ERROR_CODES } from '../../../src/errors/error-codes.ts';
import { ServiceError } from '../../../src/errors/service-error.ts';
import { win32Codes } from '../../../src/errors/win32-codes.ts';
import { Win32Error } from '../../../src/errors/win32-error.ts';
import { ROOT } from '../../support/imports.ts';
import { fakeWatchdog } from './fake-watchdog.ts';
import { type Answer, type Caller, type CallOptions, makeStage, ORDERS, OTHER, type Stage } from './stage.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/** A manager whose calls fail with the error that is set. */
class FailingManager {
  error: Error | undefined;
  readonly manager: ServiceManager;

  constructor() {
    this.manager = this.#wrap(createMockScm({ clock: 'real' }).manager());
  }

  #wrap<T extends object>(object: T): T {
    return new Proxy(object, {
      get: (inner, key) => {
        const value = Reflect.get(inner, key, inner) as unknown;
        if (typeof value !== 'function' || key === 'close') return value;
        return (...args: unknown[]) => {
          if (key === 'service') return this.#wrap((value as (...a: unknown[]) => object).apply(inner, args));
          return this.error ? Promise.reject(this.error) : (value as (...a: unknown[]) => unknown).apply(inner, args);
        };
      },
    });
  }
}

const pathOf = ({ path }: Route, name = ORDERS): string =>
  path
    .replace('{name}', encodeURIComponent(name))
    .replace('{id}', '00000000-0000-4000-8000-000000000000')
    .replace('{target}', 'Orders');
/** The smallest body that the route takes. */
const bodyOf = ({ id, path, body }: Route): unknown => {
  if (!body) return undefined;
  if (id === 'createOperation') return { action: 'start' };
  if (id === 'login') return { token: 'nothing' };
  if (id === 'pauseTarget') return { for: '1m' };
  if (path.endsWith('/command')) return { command: 200 };
  return id === 'putService' ? { imagePath: 'C:\\a.exe' } : {};
};
const isPublic = ({ access }: Route): boolean => access === 'public';

let stage: Stage;
let closed: Stage;
let failing: FailingManager;
beforeAll(async () => {
  failing = new FailingManager();
  const options = {
    allowInstall: true,
    metrics: true,
    watchdog: fakeWatchdog(['Orders']),
    limits: { perToken: 1e6, perAddress: 1e6, failedLogins: 1e6 },
  } as const;
  stage = await makeStage({ ...options, manager: failing.manager });
  for (const name of [ORDERS, OTHER]) await failing.manager.install({ name, imagePath: 'C:\\a.exe' });
  closed = await makeStage(options);
  await closed.admin.close();
});
afterAll(() => Promise.all([stage.close(), closed.close()]));

function send(
  route: Route,
  caller: Caller | undefined,
  options: CallOptions & { readonly path?: string } = {},
): Promise<Answer> {
  const { path = pathOf(route), ...rest } = options;
  const body = 'body' in rest ? rest.body : bodyOf(route);
  return stage.call(caller, route.method, path, {
    ...rest,
    ...(body !== undefined && { body }),
    // Past the condition, to the error that is meant.
    headers: { ...(route.method === 'PATCH' && { 'If-Match': '*' }), ...rest.headers },
  });
}

/** The stage has checked the media type and the schema already. */
function expectProblem(answer: Answer, status: number | readonly number[], code?: string): void {
  const problem = answer.body as unknown as Record<string, string>;
  const about = JSON.stringify(problem).slice(0, 600);
  expect([status].flat(), about).toContain(answer.status);
  if (code !== undefined) expect(problem['code'], about).toBe(code);
  expect(answer.headers.get('content-type'), about).toBe('application/problem+json; charset=utf-8');
  expect(problem['type'], about).toMatch(/^urn:winsvc:problem:[A-Z\d_]+$/);
  expect(problem['hint'], about).toMatch(/^[A-Z].{15,}/);
  expect(problem['detail'], about).toMatch(/.{10,}/);
  expect(problem['traceId'], about).toMatch(/^[\da-f]{32}$/);
  expect(about).not.toMatch(/undefined|\[object|NaN|node_modules|\.ts:\d/);
}

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  it.skipIf(isPublic(route))('without a credential, with a wrong one, an expired one', async () => {
    expectProblem(await send(route, undefined), 401, 'UNAUTHENTICATED');
    for (const Authorization of ['Bearer nothing', 'Basic YTpi', 'Bearer ', `Bearer ${'x'.repeat(4_000)}`])
      expectProblem(await send(route, undefined, { headers: { Authorization } }), 401, 'UNAUTHENTICATED');
    expectProblem(await send(route, 'expired'), 401, 'TOKEN_EXPIRED');
  });

  it.skipIf(isPublic(route) || route.access === 'metrics')('with a role that is too low', async () => {
    const { access } = route;
    const low: readonly Caller[] =
      access === 'viewer' ? ['metrics'] : access === 'admin' ? ['viewer', 'operator'] : ['viewer'];
    for (const caller of low) expectProblem(await send(route, caller), 403, 'FORBIDDEN_ROLE');
  });

  it('from another host, and from another site', async () => {
    expectProblem(await send(route, 'admin', { host: 'evil.example' }), 403, 'FORBIDDEN_HOST');
    // What is only read isn't shown to the other site: there are no CORS headers.
    if (route.method === 'GET') return;
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1'])
      expectProblem(await send(route, 'admin', { headers: { origin } }), 403, 'FORBIDDEN_ORIGIN');
  });

  it('with a parameter that it does not have, or twice', async () => {
    expectProblem(await send(route, 'admin', { path: `${pathOf(route)}?nonsense=1` }), 400, 'INVALID_REQUEST');
    expectProblem(await send(route, 'admin', { path: `${pathOf(route)}?a=1&a=2` }), 400, 'INVALID_REQUEST');
  });

  it('with a method that the path does not have', async () => {
    const own = new Set(routes.filter(({ path }) => path === route.path).map(({ method }) => method as string));
    if (own.has('GET')) own.add('HEAD');
    for (const method of METHODS.filter((other) => !own.has(other) && other !== 'HEAD'))
      expectProblem(await stage.call('admin', method, pathOf(route)), 405, 'METHOD_NOT_ALLOWED');
  });

  it.skipIf(!route.body)('with a body that is none', async () => {
    const type = route.bodyType ?? 'application/json';
    const bodies: readonly (readonly [body: string, contentType: string, status: number])[] = [
      ['{', type, 400],
      ['[]', type, 400],
      ['null', type, 400],
      ['"text"', type, 400],
      ['{"nonsense":1}', type, 400],
      ['{"__proto__":{"action":"start"}}', type, 400],
      ['{"constructor":{"prototype":{}}}', type, 400],
      [`{"reason":"${'x'.repeat(70_000)}"}`, type, 413],
      ['{}', 'text/plain', 415],
      ['a=1', 'application/x-www-form-urlencoded', 415],
    ];
    for (const [body, contentType, status] of bodies)
      expectProblem(await send(route, 'admin', { body, headers: { 'Content-Type': contentType } }), status);
  });

  it.skipIf(!route.path.startsWith('/services/{name}'))(
    'for a service that is not there, or not the caller’s',
    async () => {
      if (route.access !== 'admin' && route.access !== 'logs')
        expectProblem(await send(route, 'restricted', { path: pathOf(route, OTHER) }), 403, 'FORBIDDEN_SERVICE');
      if (route.writes) expectProblem(await send(route, 'admin', { path: pathOf(route, OTHER) }), 403, 'NOT_WRITABLE');
      for (const name of ['a/b', 'x'.repeat(257), '\u0000', '..', '%'])
        if (name !== '..') expectProblem(await send(route, 'admin', { path: pathOf(route, name) }), [400, 403, 404]);
    },
  );

  it.skipIf(route.path === '/events')('while Windows refuses', async () => {
    for (const code of route.id === 'getService' ? Object.keys(win32Codes()).map(Number) : [5, 1060, 1072, 1722]) {
      failing.error = new Win32Error({ api: 'QueryServiceStatusEx', win32Code: code, service: ORDERS });
      const answer = await send(route, 'admin');
      // Those that do not ask Windows, and operations, which say so at their end.
      if (answer.status >= 400) expectProblem(answer, [400, 401, 403, 404, 409, 500, 503, 504]);
      if (answer.status >= 400 && 'win32Code' in (answer.body as object))
        expect((answer.body as unknown as Record<string, unknown>)['win32Code']).toBe(code);
      if (route.path.startsWith('/services') && route.method !== 'POST' && route.access !== 'logs')
        expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    failing.error = undefined;
  });

  it.skipIf(route.path === '/events')('while the library refuses, and when it fails unforeseen', async () => {
    const codes = Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[];
    for (const code of route.id === 'getService' ? codes : codes.slice(0, 3)) {
      failing.error = new ServiceError(code, 'The library says what it is.', { details: {} });
      const answer = await send(route, 'admin');
      if (answer.status >= 400) expectProblem(answer, [400, 401, 403, 404, 409, 500, 503, 504]);
    }
    failing.error = new TypeError('secret of a stack');
    const answer = await send(route, 'admin');
    if (answer.status >= 400) expectProblem(answer, [401, 404, 409, 500]);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    failing.error = undefined;
  });

  it('while the server stops', async () => {
    expectProblem(await closed.call('admin', route.method, pathOf(route)), 503, 'CLOSED');
  });
});

describe('a path that is none', () => {
  it.each([
    '/',
    '/nothing',
    '/services/Orders/nothing',
    '/services/',
    '/SERVICES',
    '/operations//',
    '/services/%E0%A4%A',
  ])('%s is a problem with a next step', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE'])
      expectProblem(await stage.call('admin', method, path), [400, 403, 404, 405]);
  });
});

describe('docs/admin.md', () => {
  it('has every code of the API', () => {
    const page = readFileSync(join(ROOT, 'docs/admin.md'), 'utf8');
    expect(Object.keys(PROBLEM_CODES).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
