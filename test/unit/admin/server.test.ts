import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminServer, type AdminServer, createAdminClient, toNodeHandler } from 'winsvc/admin';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { makeStage, ORDERS, type Stage } from './stage.ts';

let stage: Stage;
let server: AdminServer;
beforeAll(async () => {
  stage = await makeStage();
  server = await adminServer(stage.admin, { port: 0 });
});
afterAll(async () => {
  await server.close();
  await stage.close();
});

/** Sends bytes and returns everything that comes back until the server closes. */
async function raw(text: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('adminServer', () => {
  it('refuses another address than loopback without TLS', async () => {
    await expect(adminServer(stage.admin, { port: 0, host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a Host header that is no host', 'GET /api/v1/machine HTTP/1.1\r\nHost: a b<>\r\nConnection: close\r\n\r\n', 400],
    [
      'the host of another site',
      'GET /api/v1/machine HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n',
      403,
    ],
  ])('answers %s as a problem', async (_, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).toContain('"hint":');
  });

  it.each([
    ['headers', ''],
    ['body', 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{'],
    ['chunks', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n'],
  ])('answers a request whose %s never end, and goes on with others meanwhile', async (_, rest) => {
    const slow = raw(`POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n${rest}`);
    const { status } = await stage.call('viewer', 'GET', '/machine');
    expect(status).toBe(200);
    expect(await slow).toMatch(/^HTTP\/1.1 408 [^]*"hint":/);
  });

  it('answers new clients while one holds 10,000 connections', async () => {
    const sockets: Socket[] = [];
    const open = (): void => {
      sockets.push(
        connect(server.port, '127.0.0.1')
          .on('error', () => undefined)
          .resume(),
      );
    };
    /** Each time over a connection of its own, as a client that wasn't there before. */
    const ask = async (): Promise<number | undefined> => {
      const headers = { Authorization: `Bearer ${stage.tokens.viewer}` };
      const request = get(`${server.url}api/v1/machine`, { headers, agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    for (let wave = 0; wave < 4; wave++) {
      for (let i = 0; i < 2_500; i++) open();
      // While they come in, the client may be the one that has to go: it tries again.
      await expect.poll(() => ask().catch(() => 'refused'), { timeout: 20_000 }).toBe(200);
    }
    // Those that were there first have to go: each new client is answered at once.
    for (let i = 0; i < 5; i++) expect(await ask()).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it('tells every listener of a change within moments', async () => {
    const client = createAdminClient({ url: server.url, token: stage.tokens.viewer });
    const abort = new AbortController();
    const seen: number[] = [];
    const listeners = Array.from({ length: 10 }, async (_, index) => {
      for await (const { type, data } of client.events({ signal: abort.signal })) {
        if (type === 'operation' && (data as { state: string }).state === 'succeeded') seen.push(index);
      }
    });
    await expect
      .poll(
        async () => {
          await stage.call('operator', 'POST', `/services/${ORDERS}/restart?wait=10s`);
          return new Set(seen).size;
        },
        { timeout: 20_000 },
      )
      .toBe(10);
    abort.abort();
    await Promise.all(listeners);
  });
});

describe('toNodeHandler', () => {
  it('serves the API in Express, and passes on what is not its own', async () => {
    const app = express();
    app.use(toNodeHandler(stage.admin));
    app.get('/hello', (_request, response) => void response.send('hello'));
    const http = createServer(app).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    expect(await (await fetch(`${url}/hello`)).text()).toBe('hello');
    const client = createAdminClient({ url, token: stage.tokens.operator });
    expect((await client.services()).total).toBe(3);
    expect(await client.stop(ORDERS, { wait: '10s' })).toMatchObject({ state: 'succeeded' });
    http.closeAllConnections();
    http.close();
  });
});

describe('the OpenAPI document', () => {
  it('is clean to a linter', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      rules: { 'info-license': 'off', 'no-server-example.com': 'off', 'operation-4xx-response': 'off' },
    });
    const problems = await lintFromString({ source: JSON.stringify(stage.admin.openapi), config });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
    ).toEqual([]);
  });
});
