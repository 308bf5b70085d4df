import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStage, ORDERS, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage();
});
afterEach(() => stage.close());

const path = `/services/${ORDERS}/config`;
const MERGE = 'application/merge-patch+json';
const read = () => stage.scm.manager().service(ORDERS).config();
async function patch(body: unknown, { query = '', tag }: { query?: string; tag?: string } = {}) {
  const { headers } = await stage.call('admin', 'GET', path);
  return stage.call('admin', 'PATCH', path + query, {
    body,
    headers: { 'Content-Type': MERGE, 'If-Match': tag ?? headers.get('etag')! },
  });
}

describe('PATCH config', () => {
  it('changes what is named and keeps the rest', async () => {
    const before = await read();
    const { status, body, headers } = await patch({ description: 'takes orders', startType: 'delayed' });
    expect(status).toBe(200);
    expect(body.changes.map(({ setting }) => setting).sort()).toEqual(['description', 'startType']);
    expect(await read()).toEqual({ ...before, description: 'takes orders', startType: 'delayed' });
    expect(headers.get('etag')).toBe((await stage.call('admin', 'GET', path)).headers.get('etag'));
  });

  it('merges objects, and null clears', async () => {
    await patch({ description: 'x' });
    expect(await patch({ description: null, recovery: { resetPeriod: '2h' } })).toMatchObject({ status: 200 });
    const { recovery, description } = await read();
    expect(description).toBeNull();
    expect(recovery).toMatchObject({
      resetPeriod: 7_200_000,
      actions: [{ delay: 1_000 }, { delay: 10_000 }, { delay: 60_000 }],
    });
  });

  it('only plans with ?plan', async () => {
    const before = await read();
    const { body } = await patch({ displayName: 'New' }, { query: '?plan' });
    expect(body).toEqual({
      created: false,
      planned: true,
      changes: [{ setting: 'displayName', from: before.displayName, to: 'New' }],
    });
    expect(await read()).toEqual(before);
    // Nothing is changed, so nothing is recorded.
    const { body: audit } = await stage.call('admin', 'GET', '/audit');
    expect(audit.records).toEqual([]);
  });

  it('needs If-Match (428), and the current one (412)', async () => {
    const without = await stage.call('admin', 'PATCH', path, {
      body: { description: 'x' },
      headers: { 'Content-Type': MERGE },
    });
    expect(without).toMatchObject({ status: 428, body: { code: 'PRECONDITION_REQUIRED' } });
    const old = (await stage.call('admin', 'GET', path)).headers.get('etag')!;
    await patch({ description: 'x' });
    expect(await patch({ description: 'y' }, { tag: old })).toMatchObject({
      status: 412,
      body: { code: 'PRECONDITION_FAILED' },
    });
    expect((await read()).description).toBe('x');
  });

  it.each([
    [{ imagePath: 'C:\\evil.exe' }],
    [{ account: 'localSystem' }],
    [{ password: 'x' }],
    [{ environment: { NODE_OPTIONS: '--require C:\\evil.js' } }],
    [{ securityDescriptor: 'D:(A;;GA;;;WD)' }],
    [{ requiredPrivileges: null }],
    [{ sidType: 'none' }],
    [{ type: 'shareProcess' }],
    [{ recovery: { command: 'evil.exe' } }],
    [{ recovery: { actions: [{ type: 'runCommand' }] } }],
    [{ recovery: { actions: [{ type: 'reboot' }] } }],
  ])('refuses %j without allowInstall', async (body) => {
    const before = await read();
    expect(await patch(body)).toMatchObject({ status: 403, body: { code: 'INSTALL_NOT_ALLOWED' } });
    expect(await read()).toEqual(before);
  });

  it('reports every problem of the new settings', async () => {
    const { status, body } = await patch({ startType: 'never', recovery: { resetPeriod: 'soon' }, nope: 1 });
    expect(status).toBe(400);
    expect(body.problems.map((problem) => problem.path).sort()).toEqual([
      'body.nope',
      'body.recovery.resetPeriod',
      'body.startType',
    ]);
    const late = await patch({ startType: 'boot' });
    expect(late).toMatchObject({ status: 400, body: { code: 'INVALID_OPTIONS' } });
    expect(late.body.problems[0]?.path).toBe('startType');
  });
});

describe('environment', () => {
  it('is hidden from viewers, and what they see cannot be sent back', async () => {
    await stage.scm
      .manager()
      .service(ORDERS)
      .configure({ environment: { PASSWORD: 'hunter2' } });
    const seen = await stage.call('operator', 'GET', path);
    expect(JSON.stringify(seen.body)).not.toContain('hunter2');
    expect(seen.body).toMatchObject({ environment: { PASSWORD: '(hidden)' } });
    expect((await stage.call('admin', 'GET', path)).body).toMatchObject({ environment: { PASSWORD: 'hunter2' } });
    expect((await stage.call('admin', 'GET', path)).headers.get('etag')).toBe(seen.headers.get('etag'));
    const open = await makeStage({ allowInstall: true });
    const { headers } = await open.call('admin', 'GET', path);
    const sent = await open.call('admin', 'PATCH', path, {
      body: { environment: { PASSWORD: '(hidden)' } },
      headers: { 'Content-Type': MERGE, 'If-Match': headers.get('etag')! },
    });
    expect(sent).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    await open.close();
  });

  it('is merged by name; its values are in no answer, log or audit record', async () => {
    const open = await makeStage({ allowInstall: true });
    const service = open.scm.manager().service(ORDERS);
    await service.configure({ environment: { KEEP: 'a', DROP: 'b' } });
    const { headers } = await open.call('admin', 'GET', path);
    const answer = await open.call('admin', 'PATCH', path, {
      body: { environment: { DROP: null, FRESH: 'hunter2' } },
      headers: { 'Content-Type': MERGE, 'If-Match': headers.get('etag')! },
    });
    expect(answer.status).toBe(200);
    expect((await service.config()).environment).toEqual({ KEEP: 'a', FRESH: 'hunter2' });
    expect(JSON.stringify([answer.body, open.log, (await open.call('admin', 'GET', '/audit')).body])).not.toContain(
      'hunter2',
    );
    await open.close();
  });
});

describe('PUT and DELETE', () => {
  const spec = {
    imagePath: '"C:\\node.exe" "C:\\fresh.js"',
    description: 'new',
    triggers: [{ event: 'firstIpAddress', action: 'start' }],
  };

  it('install a service, change it, and uninstall it', async () => {
    const open = await makeStage({ allowInstall: true });
    const planned = await open.call('admin', 'PUT', '/services/Fresh?plan', { body: spec });
    expect(planned).toMatchObject({ status: 200, body: { created: true, planned: true } });
    const made = await open.call('admin', 'PUT', '/services/Fresh', { body: spec });
    expect(made).toMatchObject({ status: 201, body: { created: true, planned: false } });
    expect(made.headers.get('location')).toBe('/api/v1/services/Fresh');
    expect((await open.call('admin', 'PUT', '/services/Fresh', { body: spec })).body).toMatchObject({
      created: false,
      changes: [],
    });
    const again = await open.call('admin', 'PUT', '/services/Fresh', { body: { ...spec, description: 'newer' } });
    expect(again.body.changes.map(({ setting }) => setting)).toEqual(['description']);
    expect(await open.call('admin', 'DELETE', '/services/Fresh?wait=10s')).toMatchObject({
      status: 200,
      body: { action: 'uninstall', state: 'succeeded' },
    });
    expect((await open.call('admin', 'GET', '/services/Fresh')).status).toBe(404);
    await open.close();
  });

  it('take what GET config returned', async () => {
    const open = await makeStage({ allowInstall: true });
    const binary = {
      event: 'deviceArrival',
      action: 'start',
      guid: '{4f27f2de-14e2-430b-a549-7cd48cbc8245}',
      data: [
        { type: 'binary', value: 'AAEC/w==' },
        { type: 'keywordAny', value: '18446744073709551615' },
      ],
    };
    await open.call('admin', 'PUT', '/services/Fresh', { body: { ...spec, triggers: [binary] } });
    const { body } = await open.call('admin', 'GET', '/services/Fresh/config');
    expect(body).toMatchObject({ triggers: [binary] });
    const { tag: _, unsupported: _u, ...settings } = body as unknown as Record<string, unknown>;
    expect((await open.call('admin', 'PUT', '/services/Fresh', { body: settings })).body).toMatchObject({
      created: false,
      changes: [],
    });
    await open.close();
  });

  it('need allowInstall, and a name that is writable', async () => {
    expect(await stage.call('admin', 'PUT', '/services/Fresh', { body: spec })).toMatchObject({
      status: 403,
      body: { code: 'INSTALL_NOT_ALLOWED' },
    });
    const open = await makeStage({ allowInstall: true });
    expect(await open.call('admin', 'PUT', '/services/Elsewhere', { body: spec })).toMatchObject({
      status: 403,
      body: { code: 'NOT_WRITABLE' },
    });
    await open.close();
  });
});
