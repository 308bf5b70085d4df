import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { get, type RequestOptions } from 'node:https';
import { connect } from 'node:tls';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminServer, type AdminServer } from 'winsvc/admin';
import { certificate, key } from '../health/fixtures/certificate.ts';
import { KNOWN, UNKNOWN } from './fixtures/client-certificates.ts';
import { makeStage, type Stage } from './stage.ts';

let stage: Stage;
let server: AdminServer;
beforeAll(async () => {
  const { fingerprint256 } = new X509Certificate(KNOWN.cert);
  stage = await makeStage({ tokens: [], certificates: [{ fingerprint256, name: 'deploy', role: 'viewer' }] });
  server = await adminServer(stage.admin, {
    port: 0,
    host: '0.0.0.0',
    tls: { cert: certificate, key, requestCert: true, rejectUnauthorized: false },
  });
});
afterAll(async () => {
  await server.close();
  await stage.close();
});

/** Sends a request over a real TLS connection. */
async function ask(path: string, client: Pick<RequestOptions, 'cert' | 'key'> = {}) {
  const url = `https://127.0.0.1:${server.port}/api/v1${path}`;
  const request = get(url, { ...client, ca: certificate, checkServerIdentity: () => undefined, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: JSON.parse(await text(response)) as Record<string, unknown> };
}

describe('mutual TLS', () => {
  it('lets a client in whose certificate is known, with its role', async () => {
    const { status, body } = await ask('/machine', KNOWN);
    expect({ status, caller: body['caller'] }).toEqual({
      status: 200,
      caller: { name: 'deploy', role: 'viewer', logs: false },
    });
  });

  it.each<[string, Pick<RequestOptions, 'cert' | 'key'>]>([
    ['another certificate', UNKNOWN],
    ['no certificate', {}],
  ])('answers %s with 401', async (_what, client) => {
    expect(await ask('/machine', client)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it('refuses a certificate without its key in the handshake', async () => {
    await expect(ask('/machine', { cert: KNOWN.cert, key: UNKNOWN.key })).rejects.toThrow(/key values mismatch/i);
  });

  it('answers HTTP without TLS with a problem, and serves others meanwhile', async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/`).then(
      ({ status }) => status,
      () => 'refused',
    );
    expect([400, 'refused']).toContain(response);
    expect(await ask('/machine', KNOWN)).toMatchObject({ status: 200 });
  });

  it('cuts no request in flight when more connections come than there may be', async () => {
    const sockets = Array.from({ length: 1_200 }, () =>
      connect({ port: server.port, ca: certificate, checkServerIdentity: () => undefined }).on(
        'error',
        () => undefined,
      ),
    );
    await expect.poll(async () => (await ask('/machine', KNOWN)).status, { timeout: 25_000 }).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});
