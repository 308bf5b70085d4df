import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpCheck, type HttpCheckOptions, tcpCheck } from '../../../src/health/index.ts';
import { runCheck } from '../../../src/health/run/run-check.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { certificate, key } from './fixtures/certificate.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  open.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const serve = (listener: RequestListener) => listen(createServer(listener));
const raw = (listener: (socket: Socket) => void) => listen(createTcpServer(listener));

async function ask(port: number, options: HttpCheckOptions = {}, timeoutMs = 5_000) {
  const stop = new AbortController();
  const run = runCheck(httpCheck(`http://127.0.0.1:${port}/ping`, options), timeoutMs, systemClock, stop.signal);
  const result = await run.result;
  await run.settled;
  return result;
}

describe('http', () => {
  it('passes for a 2xx, and fails with the status otherwise', async () => {
    let status = 204;
    const port = await serve((_, response) => response.writeHead(status).end());
    expect(await ask(port)).toEqual({ verdict: 'pass', data: { status: 204 } });
    status = 503;
    expect(await ask(port)).toMatchObject({ verdict: 'fail', message: 'status 503, not 200 to 299' });
    expect(await ask(port, { status: 503 })).toMatchObject({ verdict: 'pass' });
    expect(await ask(port, { status: [200, 302] })).toMatchObject({ message: 'status 503, not one of 200, 302' });
    expect(await ask(port, { status: { from: 500, to: 599 } })).toMatchObject({ verdict: 'pass' });
  });

  it('looks at the body: a text, a pattern, a place in its JSON', async () => {
    const port = await serve((_, response) => response.end('{"db":{"state":"up","hosts":[{"n":1}]},"off":false}'));
    expect(await ask(port, { body: 'up' })).toMatchObject({ verdict: 'pass' });
    expect(await ask(port, { body: /"n":\d/g })).toMatchObject({ verdict: 'pass' });
    expect(await ask(port, { body: 'down' })).toMatchObject({ message: 'the body has no "down"' });
    expect(await ask(port, { body: { json: 'db.hosts[0].n', equals: 1 } })).toMatchObject({ verdict: 'pass' });
    expect(await ask(port, { body: { json: 'db.state', equals: 'ok' } })).toMatchObject({
      message: 'db.state is "\\"up\\""',
    });
    expect(await ask(port, { body: { json: 'off' } })).toMatchObject({ verdict: 'fail' });
    expect(await ask(port, { body: { json: 'constructor' } })).toMatchObject({ message: 'constructor is missing' });
  });

  it('sends its method, headers and body, and looks at the headers of the answer', async () => {
    const port = await serve((request, response) => {
      response.setHeader('X-Seen', `${request.method ?? ''} ${String(request.headers['x-me'])}`);
      request.pipe(response);
    });
    const options = { method: 'POST', headers: { 'X-Me': 'w' }, send: 'hello', body: 'hello' } as const;
    expect(await ask(port, { ...options, expectHeaders: { 'X-Seen': 'POST w' } })).toMatchObject({ verdict: 'pass' });
    expect(await ask(port, { expectHeaders: { 'x-seen': /^PUT/ } })).toMatchObject({
      message: 'the header x-seen is "GET undefined"',
    });
    expect(await ask(port, { expectHeaders: { 'X-No': 'a' } })).toMatchObject({
      message: 'the header X-No is missing',
    });
  });

  it('warns of an answer that was slow', async () => {
    const clock = createManualClock();
    const port = await serve((_, response) => {
      void clock.advance(700).then(() => response.end());
    });
    const run = runCheck(
      httpCheck(`http://127.0.0.1:${port}`, { slow: '500ms' }),
      5_000,
      clock,
      new AbortController().signal,
    );
    expect(await run.result).toMatchObject({ verdict: 'warn', message: 'the answer took 700 ms, more than 500 ms' });
  });

  it('warns of a certificate that ends soon, and refuses one that it cannot trust', async () => {
    const server = createSecureServer({ key, cert: certificate }, (_, response) => response.end('ok'));
    const port = await listen(server);
    const ask2 = (tls: HttpCheckOptions['tls']) =>
      runCheck(
        httpCheck(`https://127.0.0.1:${port}/`, { ...(tls && { tls }) }),
        5_000,
        systemClock,
        new AbortController().signal,
      ).result;
    expect(await ask2(undefined)).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('self') as string,
    });
    expect(await ask2({ ca: certificate, servername: 'localhost' })).toMatchObject({ verdict: 'pass' });
    expect(await ask2({ ca: certificate, servername: 'localhost', minDaysLeft: 99_999 })).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(/^the certificate ends in \d+ days$/) as string,
    });
  });

  describe('costs its timeout and no more for an endpoint that', () => {
    const cases: Record<string, (socket: Socket) => void> = {
      'never answers': () => {},
      'answers a byte at a time': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nX-A: ');
        const drip = setInterval(() => socket.write('a'), 5);
        socket.on('close', () => {
          clearInterval(drip);
        });
      },
      'promises a body and never sends it': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'),
      'sends a gigabyte in chunks that never end': (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const drip = setInterval(() => socket.write('1\r\nx\r\n'), 5);
        socket.on('close', () => {
          clearInterval(drip);
        });
      },
    };
    it.each(Object.entries(cases))('%s', async (_, listener) => {
      const port = await raw(listener);
      const began = performance.now();
      const result = await ask(port, { body: 'x'.repeat(50) }, 150);
      expect(result).toMatchObject({ verdict: 'fail', message: 'no answer within 150 ms' });
      expect(performance.now() - began).toBeLessThan(1_000);
    });

    it.each([
      ['garbage', '\u0000\u0001 not http at all\r\n\r\n'],
      ['nothing', ''],
      ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'],
      ['a megabyte of headers', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(130_000)}`],
    ])('answers %s', async (_, text) => {
      const port = await raw((socket) => socket.once('data', () => socket.end(text)));
      expect(await ask(port, { body: 'x' })).toMatchObject({ verdict: 'fail' });
    });

    it('sends a gigabyte: no more of it is taken than was asked for', async () => {
      const chunk = Buffer.alloc(65_536, 'x');
      let sent = 0;
      const flood: RequestListener = (_, response) => {
        const more = (): void => {
          while (sent < 2 ** 30 && !response.destroyed) {
            sent += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', more);
          }
          response.end();
        };
        more();
      };
      const port = await serve(flood);
      expect(await ask(port, { body: 'y', maxBytes: 100_000 })).toMatchObject({
        verdict: 'fail',
        message: 'the body is longer than 100000 bytes',
      });
      expect(await ask(port)).toMatchObject({ verdict: 'pass' });
      expect(sent).toBeLessThan(64 * 2 ** 20);
    });
  });

  it('names everything that is wrong with its options', () => {
    expect(() => httpCheck('ftp://x', { status: 99, tls: { minDaysLeft: -1 }, slow: 0 })).toThrow(
      /4 options are wrong/,
    );
  });
});

describe('tcp', () => {
  it('passes where somebody listens and fails where nobody does', async () => {
    const port = await raw(() => {});
    const run = (at: number) =>
      runCheck(tcpCheck({ port: at }), 5_000, systemClock, new AbortController().signal).result;
    expect(await run(port)).toEqual({ verdict: 'pass' });
    for (const close of open.splice(0)) close();
    expect(await run(port)).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
