import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineService } from 'winsvc';
import { makeStage, MAILER, ORDERS, OTHER, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage({ commands: { orders: { rotate: 200 } } }, {}, { network: true });
});
afterEach(() => stage.close());

const act = (action: string, body: object = {}, name = ORDERS) =>
  stage.call('operator', 'POST', `/services/${encodeURIComponent(name)}/operations?wait=10s`, {
    body: { action, ...body },
  });
const stateOf = async (name = ORDERS) => (await stage.scm.manager().service(name).status()).state;

/** A service whose start waits until `release` is called. */
async function slowService(name: string): Promise<() => void> {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  await stage.scm.manager().install(
    defineService({
      name,
      async start(ctx) {
        ctx.checkpoint('half');
        await gate;
      },
      stop() {},
    }),
  );
  return release;
}

describe('operations', () => {
  it('take a service through its states, and are done when the state is reached', async () => {
    for (const [action, state] of [
      ['start', 'running'],
      ['pause', 'paused'],
      ['continue', 'running'],
      ['restart', 'running'],
      ['stop', 'stopped'],
    ] as const) {
      expect(await act(action)).toMatchObject({ status: 200, body: { action, state: 'succeeded', service: ORDERS } });
      expect(await stateOf()).toBe(state);
    }
  });

  it('answer 202 at once, with Location and Retry-After, and can be read there', async () => {
    const { status, headers, body } = await stage.call('operator', 'POST', `/services/${ORDERS}/operations`, {
      body: { action: 'start', reason: 'because' },
    });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/operations/${body.id}`);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ state: 'running', reason: 'because', requestedBy: 'operator' });
    const done = await stage.call('viewer', 'GET', `/operations/${body.id}?wait=10s`);
    expect(done.body).toMatchObject({ state: 'succeeded' });
    expect(done.body.progress.at(-1)).toMatchObject({ state: 'running' });
  });

  it.each([
    ['start', 'start'],
    ['stop', 'stop'],
  ])('a %s of what is there already succeeds (1056, 1062)', async (action) => {
    if (action === 'start') await act('start');
    expect(await act(action)).toMatchObject({ status: 200, body: { state: 'succeeded' } });
  });

  it('send a command by name and by code', async () => {
    await act('start');
    expect(await act('command', { command: 'rotate' })).toMatchObject({ status: 200 });
    expect(await act('command', { command: 200 })).toMatchObject({ status: 200 });
    const { status, body } = await act('command', { command: 'constructor' });
    expect(status).toBe(400);
    expect(body.problems[0]?.message).toContain('names that this server knows: rotate');
  });

  it('hand arguments to the service', async () => {
    await act('start', { args: ['a', 'zwei Wörter'] });
    expect(stage.scm.runs(ORDERS).at(-1)?.args).toEqual(['a', 'zwei Wörter']);
  });

  it('that fail say why, with the code of Windows', async () => {
    expect(await act('pause')).toMatchObject({
      status: 409,
      body: { symbol: 'ERROR_SERVICE_NOT_ACTIVE', win32Code: 1062 },
    });
    await stage.scm.manager().service(ORDERS).configure({ startType: 'disabled' });
    const { body } = await act('start');
    expect(body).toMatchObject({ status: 409, symbol: 'ERROR_SERVICE_DISABLED' });
    const { body: known } = await stage.call('viewer', 'GET', '/operations?state=failed');
    expect(known.operations.map(({ error }) => error?.symbol)).toEqual([
      'ERROR_SERVICE_DISABLED',
      'ERROR_SERVICE_NOT_ACTIVE',
    ]);
  });

  it.each([
    ['ERROR_SERVICE_MARKED_FOR_DELETE', 1072, 409],
    ['ERROR_ACCESS_DENIED', 5, 403],
    ['ERROR_SERVICE_DOES_NOT_EXIST', 1060, 404],
    ['ERROR_SERVICE_CANNOT_ACCEPT_CTRL', 1061, 409],
    ['ERROR_SERVICE_LOGON_FAILED', 1069, 500],
    ['ERROR_SERVICE_REQUEST_TIMEOUT', 1053, 504],
  ] as const)('answer %s (%d) with %d and the next step', async (symbol, win32Code, status) => {
    stage.scm.failNext('StartServiceW', symbol);
    const { body, headers, status: answered } = await act('start');
    expect(answered).toBe(status);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ symbol, win32Code, hint: expect.stringMatching(/\w+ \w+/) as string });
  });

  it('that end in another state fail with STATE_NOT_REACHED', async () => {
    await stage.scm
      .manager()
      .install(defineService({ name: 'Fresh', start: () => Promise.reject(new Error('no database')), stop() {} }));
    expect(await act('start', {}, 'Fresh')).toMatchObject({ status: 504, body: { code: 'STATE_NOT_REACHED' } });
  });

  it('show the checkpoints of a slow start, and can be given up without ending it', async () => {
    const release = await slowService('Fresh');
    const { body } = await stage.call('operator', 'POST', '/services/Fresh/start');
    await vi.waitFor(async () => {
      const { body: now } = await stage.call('viewer', 'GET', `/operations/${body.id}`);
      expect(now.progress.at(-1)?.checkpoint).toBeGreaterThan(1);
    });
    const given = await stage.call('operator', 'DELETE', `/operations/${body.id}`);
    expect(given.body).toMatchObject({ state: 'abandoned' });
    expect(await stateOf('Fresh')).toBe('startPending');
    release();
    await stage.scm.manager().service('Fresh').waitFor('running');
  });

  it('of one service run one at a time; those of others do not wait', async () => {
    const release = await slowService('Fresh');
    const first = await stage.call('operator', 'POST', '/services/fresh/start');
    expect(await stage.call('operator', 'POST', '/services/Fresh/stop')).toMatchObject({
      status: 409,
      body: { code: 'OPERATION_RUNNING', operation: first.body.id },
    });
    expect(await act('start', {}, MAILER)).toMatchObject({ status: 200 });
    release();
    expect(await stage.call('viewer', 'GET', `/operations/${first.body.id}?wait=10s`)).toMatchObject({
      body: { state: 'succeeded' },
    });
  });

  it('with the same Idempotency-Key act once', async () => {
    const headers = { 'Idempotency-Key': 'deploy-17' };
    const send = (body: object) =>
      stage.call('operator', 'POST', `/services/${ORDERS}/operations?wait=10s`, { body, headers });
    const first = await send({ action: 'restart' });
    const second = await send({ action: 'restart' });
    expect(second.body.id).toBe(first.body.id);
    expect(stage.scm.runs(ORDERS)).toHaveLength(1);
    expect(await send({ action: 'stop' })).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const other = await stage.call('admin', 'POST', `/services/${ORDERS}/operations?wait=10s`, {
      body: { action: 'restart' },
      headers,
    });
    expect(other.body.id).not.toBe(first.body.id);
  });

  it.each([
    [{ action: 'explode' }, 'body.action'],
    [{ action: 'stop', args: ['a'] }, 'args'],
    [{ action: 'start', dependents: true }, 'dependents'],
    [{ action: 'start', command: 200 }, 'command'],
    [{ action: 'start', timeout: 'soon' }, 'body.timeout'],
    [{ action: 'start', timeout: '1d' }, 'body.timeout'],
    [{ action: 'start', args: ['a\0b'] }, 'args'],
    [{ action: 'stop', reason: 'a\r\nb' }, 'body.reason'],
    [{ action: 'command', command: 5 }, 'body.command'],
    [{ action: 'stop', extra: 1 }, 'body.extra'],
    [{}, 'body.action'],
    [[], 'body'],
  ])('refuse %j', async (body, path) => {
    const answer = await stage.call('operator', 'POST', `/services/${ORDERS}/operations`, { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.problems.map((problem) => problem.path)).toContain(path);
    expect(await stateOf()).toBe('stopped');
  });

  it('refuse to stop the service that hosts this server', async () => {
    const own = await makeStage({}, { pid: 0 });
    expect(await own.call('operator', 'POST', `/services/${ORDERS}/restart`)).toMatchObject({
      status: 409,
      body: { code: 'OWN_SERVICE' },
    });
    await own.close();
  });

  it('need a service that is writable here', async () => {
    expect(await act('start', {}, OTHER)).toMatchObject({ status: 403, body: { code: 'NOT_WRITABLE' } });
    expect(await stateOf(OTHER)).toBe('stopped');
  });

  it('are read-only without the option services', async () => {
    const bare = await makeStage({ services: undefined } as never);
    expect(await bare.call('admin', 'POST', `/services/${ORDERS}/start`)).toMatchObject({
      status: 403,
      body: { code: 'NOT_WRITABLE' },
    });
    await bare.close();
  });

  it('stop dependents only when asked', async () => {
    const manager = stage.scm.manager();
    await manager.service(MAILER).configure({ dependencies: [ORDERS] });
    await act('start', {}, MAILER);
    expect(await act('stop')).toMatchObject({ status: 409, body: { symbol: 'ERROR_DEPENDENT_SERVICES_RUNNING' } });
    expect(await act('restart', { dependents: true })).toMatchObject({ status: 200 });
    expect(await stateOf(MAILER)).toBe('running');
  });
});
