import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { createAdmin } from 'winsvc/admin';
import { makeStage, ORDERS, OTHER, type Stage, type CallOptions } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await makeStage();
});
afterEach(() => stage.close());

const bearer = (token: string): CallOptions => ({ headers: { Authorization: token } });
const stateOf = async (name: string) => (await stage.scm.manager().service(name).status()).state;

describe('credentials', () => {
  it.each([
    ['no credential', {}],
    ['an empty header', bearer('')],
    ['another scheme', bearer('Basic YWRtaW46YWRtaW4=')],
    ['a word', bearer('Bearer admin')],
    ['an unknown token', bearer(`Bearer winsvc_000000000000_${'a'.repeat(43)}`)],
    ['two tokens', bearer('Bearer a b')],
    ['a forged cookie', { headers: { Cookie: 'winsvc_admin=eyJ0b2tlbiI6ImEifQ.c2ln' } }],
  ])('%s is answered 401', async (_, options) => {
    const answer = await stage.call(undefined, 'GET', '/services', options);
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a token with another secret of the same id is answered 401', async () => {
    const token = stage.tokens.admin;
    const last = token.endsWith('a') ? 'b' : 'a';
    expect(
      (await stage.call(undefined, 'GET', '/services', bearer(`Bearer ${token.slice(0, -1)}${last}`))).status,
    ).toBe(401);
  });

  it('a token in the URL is not one', async () => {
    const { status } = await stage.call(undefined, 'GET', `/services?token=${stage.tokens.admin}`);
    expect(status).toBe(401);
  });

  it('an expired token is answered 401 with a code of its own', async () => {
    expect(await stage.call('expired', 'GET', '/services')).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_EXPIRED' },
    });
  });

  it('no answer and no audit record has a token in it', async () => {
    const { body } = await stage.call('admin', 'GET', `/services?name=x&bogus=${stage.tokens.admin}`);
    expect(JSON.stringify(body)).not.toContain(stage.tokens.admin);
    await stage.call('operator', 'POST', `/services/${ORDERS}/start?wait=10s`);
    const audit = await stage.call('admin', 'GET', '/audit');
    for (const token of Object.values(stage.tokens)) expect(JSON.stringify(audit.body)).not.toContain(token.slice(-43));
  });

  it('createAdmin refuses to be open to everyone', async () => {
    const manager = stage.scm.manager();
    await expect(createAdmin({ manager, limits: false })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});

describe('roles', () => {
  it.each([
    ['viewer', 'POST', `/services/${ORDERS}/start`],
    ['viewer', 'DELETE', '/operations/x'],
    ['operator', 'PATCH', `/services/${ORDERS}/config`],
    ['operator', 'PUT', `/services/${ORDERS}`],
    ['operator', 'DELETE', `/services/${ORDERS}`],
    ['operator', 'GET', '/audit'],
    ['viewer', 'GET', `/services/${ORDERS}/logs`],
    ['viewer', 'GET', `/services/${ORDERS}/events`],
    ['metrics', 'GET', '/services'],
    ['metrics', 'GET', '/events'],
  ] as const)('%s may not %s %s', async (caller, method, path) => {
    expect(await stage.call(caller, method, path)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN_ROLE' } });
    expect(await stateOf(ORDERS)).toBe('stopped');
  });

  it('a viewer with the right "logs" may read them', async () => {
    expect((await stage.call('reader', 'GET', `/services/${ORDERS}/logs`)).status).toBe(200);
  });

  it('a token for one service may not use another one, whatever the case of its name', async () => {
    expect(await stage.call('restricted', 'POST', '/services/oRdErS/start?wait=10s')).toMatchObject({ status: 200 });
    expect(await stage.call('restricted', 'POST', `/services/${OTHER}/start`)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN_SERVICE' },
    });
  });
});

describe('other sites', () => {
  it.each([
    'evil.example.com',
    'evil.example.com:9080',
    'localhost.evil.example.com',
    '127.0.0.1.nip.io',
    '10.0.0.1:9080',
  ])('under the host %s nothing is answered (DNS rebinding)', async (host) => {
    expect(await stage.call('admin', 'GET', '/services', { host })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN_HOST' },
    });
    expect(await stage.call('admin', 'GET', '/services', { headers: { Host: host } })).toMatchObject({ status: 403 });
  });

  it.each(['localhost', '127.0.0.1:1', '[::1]:9080', 'LOCALHOST:80'])('the host %s is this machine', async (host) => {
    expect((await stage.call('viewer', 'GET', '/services', { host })).status).toBe(200);
  });

  it('get no CORS header', async () => {
    const { headers } = await stage.call('viewer', 'GET', '/services', {
      headers: { Origin: 'https://evil.example.com' },
    });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it.each([
    { Origin: 'https://evil.example.com' },
    { Origin: 'http://localhost:1' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ])('cannot change anything with %j (CSRF)', async (headers) => {
    const answer = await stage.call('operator', 'POST', `/services/${ORDERS}/start?wait=1s`, { headers });
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN_ORIGIN' } });
    expect(await stateOf(ORDERS)).toBe('stopped');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'a form of the type %s is no body',
    async (type) => {
      expect(
        await stage.call('operator', 'POST', `/services/${ORDERS}/operations`, {
          body: '{"action":"start"}',
          headers: { 'Content-Type': type },
        }),
      ).toMatchObject({ status: 415 });
    },
  );
});

describe('a session of the page', () => {
  const login = async (token: string, headers: Record<string, string> = {}) =>
    stage.call(undefined, 'POST', '/session', { body: { token }, headers });
  const cookieOf = (answer: { headers: Headers }) => answer.headers.get('set-cookie')!.split(';')[0]!;

  it('has a cookie that no script reads and no other site sends', async () => {
    const answer = await login(stage.tokens.operator);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(/^winsvc_admin=.*HttpOnly/);
    expect(answer.headers.get('set-cookie')).toContain('SameSite=Strict');
    expect(answer.headers.get('set-cookie')).not.toContain(stage.tokens.operator.slice(-43));
    const Cookie = cookieOf(answer);
    expect((await stage.call(undefined, 'GET', '/services', { headers: { Cookie } })).status).toBe(200);
  });

  it('changes nothing without an Origin, and something with its own', async () => {
    const Cookie = cookieOf(await login(stage.tokens.operator));
    const start = (headers: Record<string, string>) =>
      stage.call(undefined, 'POST', `/services/${ORDERS}/start?wait=10s`, { headers: { Cookie, ...headers } });
    expect(await start({})).toMatchObject({ status: 403, body: { code: 'FORBIDDEN_ORIGIN' } });
    expect(await start({ Origin: 'http://localhost:9080' })).toMatchObject({ status: 200 });
  });

  it('ends with logout, also for a copy of its cookie', async () => {
    const Cookie = cookieOf(await login(stage.tokens.viewer));
    const Origin = 'http://localhost:9080';
    expect((await stage.call(undefined, 'DELETE', '/session', { headers: { Cookie, Origin } })).status).toBe(204);
    expect((await stage.call(undefined, 'GET', '/services', { headers: { Cookie } })).status).toBe(401);
  });

  it('is not opened by a wrong token, from another site, or with one for metrics', async () => {
    expect((await login('nonsense')).status).toBe(401);
    expect((await login(stage.tokens.expired)).status).toBe(401);
    expect((await login(stage.tokens.admin, { Origin: 'https://evil.example.com' })).status).toBe(403);
    expect((await login(stage.tokens.metrics)).status).toBe(403);
  });

  it('with a changed cookie is none', async () => {
    const Cookie = cookieOf(await login(stage.tokens.viewer));
    const [name, value = ''] = Cookie.split('=');
    const claims = JSON.parse(Buffer.from(decodeURIComponent(value).split('.')[0]!, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, until: 9e15 })).toString('base64url');
    const signature = decodeURIComponent(value).split('.')[1]!;
    const headers = { Cookie: `${name}=${encodeURIComponent(`${forged}.${signature}`)}` };
    expect((await stage.call(undefined, 'GET', '/services', { headers })).status).toBe(401);
  });
});

describe('JSON Web Tokens', async () => {
  const mine = await generateKeyPair('ES256');
  const other = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(mine.publicKey)), alg: 'ES256', kid: 'k1' }] };
  createLocalJWKSet(keys);
  let jwtStage: Stage;
  beforeEach(async () => {
    jwtStage = await makeStage({
      jwt: {
        issuer: 'https://id.example.com',
        audience: 'winsvc',
        keys,
        roles: { operators: 'operator', readers: 'viewer' },
        roleClaim: 'realm.roles',
        servicesClaim: 'services',
      },
    });
  });
  afterEach(() => jwtStage.close());

  const GOOD = { sub: 'u1', realm: { roles: ['readers', 'operators'] }, services: [ORDERS] };
  const signed = (
    payload: JWTPayload,
    { key = mine.privateKey, aud = 'winsvc', iss = 'https://id.example.com', exp = '5m', alg = 'ES256' } = {},
  ) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg, kid: 'k1' })
      .setIssuer(iss)
      .setAudience(aud)
      .setExpirationTime(exp)
      .sign(key);
  const ask = (token: string, method = 'GET', path = '/services') =>
    jwtStage.call(undefined, method, path, bearer(`Bearer ${token}`));

  it('of the issuer have the highest role of their claim, and its services', async () => {
    const token = await signed(GOOD);
    expect((await ask(token)).body.services.map(({ name }) => name)).toEqual([ORDERS]);
    expect((await ask(token, 'POST', `/services/${ORDERS}/start?wait=10s`)).status).toBe(200);
    expect((await ask(token, 'POST', `/services/${OTHER}/start`)).status).toBe(403);
    expect((await ask(token, 'GET', '/audit')).status).toBe(403);
  });

  it.each([
    [
      'without a signature (none)',
      () =>
        Promise.resolve(
          new UnsecuredJWT(GOOD)
            .setIssuer('https://id.example.com')
            .setAudience('winsvc')
            .setExpirationTime('5m')
            .encode(),
        ),
    ],
    ['of another key', () => signed(GOOD, { key: other.privateKey })],
    ['for another audience', () => signed(GOOD, { aud: 'elsewhere' })],
    ['of another issuer', () => signed(GOOD, { iss: 'https://evil.example.com' })],
    ['without a subject', () => signed({ ...GOOD, sub: undefined } as never)],
    [
      'signed with the public key as a secret',
      async () => {
        const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(mine.publicKey)));
        return new SignJWT(GOOD)
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .setIssuer('https://id.example.com')
          .setAudience('winsvc')
          .setExpirationTime('5m')
          .sign(secret);
      },
    ],
    ['that are not valid yet', () => signed({ ...GOOD, nbf: Math.floor(Date.now() / 1_000) + 3_600 })],
    [
      'changed after they were signed',
      async () => {
        const [head = '', , signature = ''] = (await signed({ ...GOOD, realm: { roles: ['readers'] } })).split('.');
        const claims = { ...GOOD, iss: 'https://id.example.com', aud: 'winsvc', exp: 4_000_000_000 };
        return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
      },
    ],
    ['cut off', async () => (await signed(GOOD)).slice(0, -10)],
    ['that are nonsense', () => Promise.resolve('a.b.c')],
  ])('%s are answered 401', async (_, make) => {
    expect(await ask(await make())).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it('that have expired are answered 401', async () => {
    expect(await ask(await signed(GOOD, { exp: '-5m' }))).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_EXPIRED' },
    });
  });

  it.each([[['constructor', '__proto__']], [[]], ['toString'], [undefined]])(
    'with the roles %j have no access',
    async (roles) => {
      expect(await ask(await signed({ ...GOOD, realm: { roles } }))).toMatchObject({
        status: 403,
        body: { code: 'FORBIDDEN_ROLE' },
      });
    },
  );
});

describe('client certificates', () => {
  it('are known by their fingerprints', async () => {
    const fingerprint256 = 'AB:'.repeat(31) + 'CD';
    const tls = await makeStage({ certificates: [{ fingerprint256, name: 'monitor', role: 'viewer' }] });
    const plain = fingerprint256.replaceAll(':', '').toLowerCase();
    expect((await tls.call(undefined, 'GET', '/services', { certificate: plain })).status).toBe(200);
    expect((await tls.call(undefined, 'GET', '/services', { certificate: `00${plain.slice(2)}` })).status).toBe(401);
    await tls.close();
  });
});

describe('limits', () => {
  it('answer too many requests of a token with 429 and Retry-After', async () => {
    const narrow = await makeStage({ limits: { perToken: 3 } });
    for (let i = 0; i < 3; i++) expect((await narrow.call('viewer', 'GET', '/machine')).status).toBe(200);
    const refused = await narrow.call('viewer', 'GET', '/machine');
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await narrow.call('admin', 'GET', '/machine')).status).toBe(200);
    await narrow.close();
  });

  it('slow down failed logins of an address, record them, and let a good token through', async () => {
    const narrow = await makeStage({ limits: { failedLogins: 2 } });
    const guess = () =>
      narrow.call(undefined, 'GET', '/services', bearer(`Bearer winsvc_000000000000_${'a'.repeat(43)}`));
    expect([(await guess()).status, (await guess()).status]).toEqual([401, 401]);
    expect(await guess()).toMatchObject({ status: 429, body: { code: 'TOO_MANY_FAILED_LOGINS' } });
    expect((await narrow.call('admin', 'GET', '/machine')).status).toBe(200);
    const { body } = await narrow.call('admin', 'GET', '/audit');
    expect(body.records.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
      'refused TOO_MANY_FAILED_LOGINS',
      'refused UNAUTHENTICATED',
      'refused UNAUTHENTICATED',
    ]);
    await narrow.close();
  });

  it('bound bodies', async () => {
    const body = { action: 'start', args: Array.from({ length: 50 }, () => 'x'.repeat(2_000)) };
    expect(await stage.call('operator', 'POST', `/services/${ORDERS}/operations`, { body })).toMatchObject({
      status: 413,
      body: { code: 'TOO_LARGE' },
    });
  });

  it('bound the streams of a token, and free the place of one that ended', async () => {
    const narrow = await makeStage({ limits: { streamsPerToken: 2 } });
    const open = () =>
      narrow.admin.fetch(
        new Request('http://localhost/api/v1/events', { headers: { Authorization: `Bearer ${narrow.tokens.viewer}` } }),
      );
    const streams = [await open(), await open()];
    expect((await open()).status).toBe(429);
    await streams[0]!.body!.cancel();
    const again = await open();
    expect(again.status).toBe(200);
    await narrow.close();
  });
});

describe('hostile input', () => {
  it.each([
    ['/services/..%2f..%2fsecret', 400],
    ['/services/a%5Cb', 400],
    ['/services/a%00b', 400],
    ['/services/a%0d%0aSet-Cookie:x=1', 400],
    [`/services/${'x'.repeat(300)}`, 400],
    ['/services/%E0%A4%A', 404],
    ['/services/../../etc/passwd', 404],
    ['/services/__proto__', 404],
    ['/services/constructor', 404],
    ['/operations/__proto__', 404],
    ['/operations/..%2f', 400],
  ])('%s is answered %i as a problem', async (path, status) => {
    const answer = await stage.call('admin', 'GET', path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    '{"__proto__":{"action":"start"}}',
    '{"action":"start","__proto__":{"x":1}}',
    '{"action":"start","constructor":1}',
    '{',
    'null',
    '"start"',
  ])('the body %s changes nothing', async (body) => {
    const answer = await stage.call('operator', 'POST', `/services/${ORDERS}/operations`, { body });
    expect(answer.status).toBe(400);
    expect(({} as Record<string, unknown>)['action']).toBeUndefined();
    expect(await stateOf(ORDERS)).toBe('stopped');
  });

  it('a parameter that is given twice is refused', async () => {
    expect((await stage.call('viewer', 'GET', '/services?limit=1&limit=2')).status).toBe(400);
  });

  it('an Idempotency-Key with control characters never reaches a header or a log', async () => {
    const headers = { 'Idempotency-Key': 'a b' };
    expect((await stage.call('operator', 'POST', `/services/${ORDERS}/start`, { headers })).status).toBe(400);
  });

  it('a failure inside is 500 without its message, which goes to the log', async () => {
    const broken = await makeStage(
      {},
      {
        findLogDir: () => {
          throw new Error('secret path');
        },
      },
    );
    const { status, body } = await broken.call('admin', 'GET', `/services/${ORDERS}/logs`);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(broken.log.filter(({ level }) => level === 'error')).toHaveLength(1);
    await broken.close();
  });
});

describe('every answer', () => {
  it.each([
    ['viewer', '/services'],
    [undefined, '/services'],
    ['viewer', '/nothing'],
  ] as const)('of %s %s is not cached, framed or sniffed', async (caller, path) => {
    const { headers } = await stage.call(caller, 'GET', path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});
