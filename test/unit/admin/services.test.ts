import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStage, MAILER, ORDERS, OTHER, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage();
});
afterEach(() => stage.close());

describe('GET /services', () => {
  it('lists services in the order of their names, with what the caller may change', async () => {
    const { status, body } = await stage.call('operator', 'GET', '/services');
    expect(status).toBe(200);
    expect(body.total).toBe(3);
    expect(body.services.map(({ name, state, writable }) => [name, state, writable])).toEqual([
      [MAILER, 'stopped', true],
      [ORDERS, 'stopped', true],
      [OTHER, 'stopped', false],
    ]);
    const { body: seen } = await stage.call('viewer', 'GET', '/services');
    expect(seen.services.some(({ writable }) => writable)).toBe(false);
  });

  it('is cut into pages by a cursor', async () => {
    const first = await stage.call('viewer', 'GET', '/services?limit=2');
    expect(first.body.services).toHaveLength(2);
    const second = await stage.call('viewer', 'GET', `/services?limit=2&cursor=${first.body.next}`);
    expect(second.body.services.map(({ name }) => name)).toEqual([OTHER]);
    expect(second.body.next).toBeUndefined();
  });

  it('filters by state and by part of the name', async () => {
    await stage.call('operator', 'POST', `/services/${ORDERS}/start?wait=10s`);
    const active = await stage.call('viewer', 'GET', '/services?state=active');
    expect(active.body.services.map(({ name }) => name)).toEqual([ORDERS]);
    const named = await stage.call('viewer', 'GET', '/services?name=MAIL');
    expect(named.body.services.map(({ name }) => name)).toEqual([MAILER]);
  });

  it('shows start type and account with ?details', async () => {
    const { body } = await stage.call('viewer', 'GET', '/services?details');
    expect(body.services[0]).toMatchObject({ startType: 'auto', account: `NT SERVICE\\${MAILER}` });
  });

  it('shows a restricted token its services alone', async () => {
    const { body } = await stage.call('restricted', 'GET', '/services');
    expect(body.services.map(({ name }) => name)).toEqual([ORDERS]);
    expect(await stage.call('restricted', 'GET', `/services/${OTHER}`)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN_SERVICE' },
    });
  });

  it('reports every wrong parameter together', async () => {
    const { status, body } = await stage.call('viewer', 'GET', '/services?state=x&limit=0&nope=1');
    expect(status).toBe(400);
    expect(body.problems.map(({ path }) => path).sort()).toEqual(['query.limit', 'query.nope', 'query.state']);
  });
});

describe('GET /services/{name}', () => {
  it('shows a service, by a name of any characters', async () => {
    const { status, body } = await stage.call('viewer', 'GET', `/services/${encodeURIComponent(MAILER)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: MAILER, displayName: `${MAILER} display`, state: 'stopped', pid: 0 });
  });

  it('has an ETag that follows the status', async () => {
    const first = await stage.call('viewer', 'GET', `/services/${ORDERS}`);
    const tag = first.headers.get('etag')!;
    const same = await stage.call('viewer', 'GET', `/services/${ORDERS}`, { headers: { 'If-None-Match': tag } });
    expect(same.status).toBe(304);
    await stage.call('operator', 'POST', `/services/${ORDERS}/start?wait=10s`);
    const other = await stage.call('viewer', 'GET', `/services/${ORDERS}`, { headers: { 'If-None-Match': tag } });
    expect(other).toMatchObject({ status: 200, body: { state: 'running' } });
  });

  it('answers 404 with Windows’ code and the next step for a service that does not exist', async () => {
    const { status, headers, body } = await stage.call('viewer', 'GET', '/services/Nope');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({
      win32Code: 1060,
      symbol: 'ERROR_SERVICE_DOES_NOT_EXIST',
      instance: '/api/v1/services/Nope',
    });
    expect(body.hint).not.toBe('');
  });

  it('takes over the trace id of the caller', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { body } = await stage.call('viewer', 'GET', '/services/Nope', {
      headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
    });
    expect(body.traceId).toBe(trace);
    const { body: other } = await stage.call('viewer', 'GET', '/services/Nope', { headers: { traceparent: 'x' } });
    expect(other.traceId).toMatch(/^[\da-f]{32}$/);
  });
});

describe('paths and methods', () => {
  it.each([
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['POST', '/services', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT', `/services/${ORDERS}/config`, 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', '/services', 405, 'METHOD_NOT_ALLOWED'],
  ])('%s %s is answered %i %s', async (method, path, status, code) => {
    expect(await stage.call('admin', method, path)).toMatchObject({ status, body: { code } });
  });

  it('says in Allow which methods there are', async () => {
    const { headers } = await stage.call('admin', 'POST', `/services/${ORDERS}/config`);
    expect(headers.get('allow')).toBe('GET, HEAD, PATCH');
  });
});
