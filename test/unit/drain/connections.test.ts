import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import * as net from 'node:net';
import * as tls from 'node:tls';
import express from 'express';
import { Server as SocketIo } from 'socket.io';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type ClosableServer, closeHttpServer, ServiceError } from '../../../src/index.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { certificate as cert, key } from '../health/fixtures/certificate.ts';
import { eventually } from '../../support/eventually.ts';

const LIMIT = '20s';
/** Far below the limit, with room for a machine that has other things to do. */
const SOON_MS = 5_000;
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listen<T extends net.Server>(server: T): Promise<{ server: T; port: number }> {
  server.listen(0, '127.0.0.1');
  open.push(() => server.close());
  await once(server, 'listening');
  return { server, port: (server.address() as net.AddressInfo).port };
}

/** A TCP connection that the server has accepted. */
async function connectTo(server: net.Server, port: number): Promise<net.Socket> {
  const accepted = once(server, 'connection');
  const socket = net.connect(port, '127.0.0.1').on('error', () => undefined);
  open.push(() => socket.destroy());
  await Promise.all([once(socket, 'connect'), accepted]);
  return socket;
}

async function expectClosedSoon(servers: ClosableServer | readonly ClosableServer[]): Promise<void> {
  const { ms, ...rest } = await closeHttpServer(servers, { timeout: LIMIT });
  expect(rest).toEqual({ cut: false, cutRequests: 0 });
  expect(ms).toBeLessThan(SOON_MS);
}

describe('connections that hold nothing up', () => {
  it('one that never sent a request', async () => {
    const { server, port } = await listen(http.createServer());
    const closed = once(await connectTo(server, port), 'close');
    await expectClosedSoon(server);
    await closed;
  });

  it('one that sent half a head, and then nothing', async () => {
    const { server, port } = await listen(http.createServer());
    const socket = await connectTo(server, port);
    socket.write('GET / HTTP/1.1\r\nHo');
    await eventually(() => {
      expect(socket.bytesWritten).toBeGreaterThan(0);
    });
    await expectClosedSoon(server);
  });

  it('a TLS connection that never shook hands, and one that shook hands and sent nothing', async () => {
    const { server, port } = await listen(https.createServer({ key, cert }));
    await connectTo(server, port);
    const secured = once(server, 'secureConnection');
    const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => undefined);
    open.push(() => client.destroy());
    await secured;
    await expectClosedSoon(server);
  });

  it('websockets, which get a close frame', async () => {
    const { server, port } = await listen(http.createServer());
    new WebSocketServer({ server });
    const clients = Array.from({ length: 10 }, () => new WebSocket(`ws://127.0.0.1:${port}`));
    await Promise.all(clients.map((client) => once(client, 'open')));
    const codes = Promise.all(clients.map(async (client) => ((await once(client, 'close')) as [number])[0]));
    await expectClosedSoon(server);
    expect(new Set(await codes)).toEqual(new Set([1001]));
  });

  it('websockets over TLS', async () => {
    const { server, port } = await listen(https.createServer({ key, cert }));
    new WebSocketServer({ server });
    const client = new WebSocket(`wss://127.0.0.1:${port}`, { rejectUnauthorized: false });
    await once(client, 'open');
    const closed = once(client, 'close');
    await expectClosedSoon(server);
    expect((await closed)[0]).toBe(1001);
  });

  it('a websocket whose client no longer answers', async () => {
    const { server, port } = await listen(http.createServer());
    const sockets = new WebSocketServer({ server });
    const socket = await connectTo(server, port);
    const upgraded = once(sockets, 'connection');
    const nonce = Buffer.alloc(16, 1).toString('base64');
    socket.write(
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${nonce}\r\n\r\n`,
    );
    socket.pause();
    await upgraded;
    await expectClosedSoon(server);
  });

  it('a CONNECT tunnel', async () => {
    const { server, port } = await listen(http.createServer());
    server.on('connect', (_request, socket: net.Socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    const socket = await connectTo(server, port);
    socket.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n');
    await once(socket, 'data');
    await expectClosedSoon(server);
  });

  it.each(['websocket', 'polling'])('clients of socket.io over %s', async (transport) => {
    const { server, port } = await listen(http.createServer());
    const sockets = new SocketIo(server);
    const client = io(`http://127.0.0.1:${port}`, { transports: [transport], reconnection: false });
    open.push(
      () => client.disconnect(),
      () => sockets.close(),
    );
    const gone = createDeferred<unknown>();
    client.on('disconnect', gone.resolve);
    await new Promise<void>((resolve) => client.on('connect', resolve));
    await expectClosedSoon(server);
    await gone.promise;
  });

  it('server-sent events, also of an app that writes on', async () => {
    const timers: NodeJS.Timeout[] = [];
    const { server, port } = await listen(
      http.createServer((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write('data: 1\n\n');
        timers.push(setInterval(() => response.write('data: 2\n\n'), 1));
      }),
    );
    open.push(() => timers.forEach(clearInterval));
    const response = await fetch(`http://127.0.0.1:${port}`);
    const text = response.text();
    await expectClosedSoon(server);
    // The stream ended as it should, and wasn't cut.
    expect(await text).toContain('data: 1');
    await eventually(() => {
      expect(timers).toHaveLength(1);
    });
  });
});

describe('HTTP/2', () => {
  const connect = (url: string): http2.ClientHttp2Session => {
    const client = http2.connect(url, { rejectUnauthorized: false });
    client.on('error', () => undefined);
    open.push(() => {
      client.destroy();
    });
    return client;
  };
  const servers = {
    plain: (handler: (q: http2.Http2ServerRequest, r: http2.Http2ServerResponse) => void) =>
      http2.createServer(handler),
    secure: (handler: (q: http2.Http2ServerRequest, r: http2.Http2ServerResponse) => void) =>
      http2.createSecureServer({ key, cert, allowHTTP1: true }, handler),
  };

  it.each(['plain', 'secure'] as const)(
    '%s: idle sessions get GOAWAY, a stream in flight is answered',
    async (kind) => {
      const release = createDeferred<undefined>();
      const arrived = createDeferred<undefined>();
      const { server, port } = await listen(
        servers[kind]((_request, response) => {
          arrived.resolve(undefined);
          void release.promise.then(() => {
            response.end('answered');
          });
        }) as net.Server,
      );
      const url = `${kind === 'plain' ? 'http' : 'https'}://localhost:${port}`;
      const idle = connect(url);
      await once(idle, 'connect');
      const goaway = once(idle, 'goaway');
      const stream = connect(url).request({ ':path': '/' });
      const body = stream.setEncoding('utf8').toArray();
      await arrived.promise;
      const closed = closeHttpServer(server, { timeout: LIMIT });
      await goaway;
      release.resolve(undefined);
      expect((await body).join('')).toBe('answered');
      expect(await closed).toMatchObject({ cut: false });
    },
  );

  it('streams of events end, others are cut at the deadline and counted', async () => {
    const { server, port } = await listen(
      http2.createServer((request, response) => {
        response.writeHead(200, { 'content-type': request.url === '/events' ? 'text/event-stream' : 'text/plain' });
        response.write('x');
      }),
    );
    const client = connect(`http://127.0.0.1:${port}`);
    const streams = ['/events', '/never', '/never'].map((path) => client.request({ ':path': path }));
    await Promise.all(
      streams.map((stream) =>
        once(
          stream.on('error', () => undefined),
          'data',
        ),
      ),
    );
    const [events] = streams;
    const ended = once(events!, 'end');
    const closed = closeHttpServer(server, { timeout: 1_000 });
    await ended;
    expect(await closed).toMatchObject({ cut: true, cutRequests: 2 });
  });

  it('a client of HTTP/1.1 on the same port holds nothing up', async () => {
    const { server, port } = await listen(servers.secure((_request, response) => void response.end('ok')));
    const agent = new https.Agent({ keepAlive: true });
    open.push(() => {
      agent.destroy();
    });
    const request = https.get({ port, host: '127.0.0.1', agent, rejectUnauthorized: false });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    await once(response, 'end');
    await expectClosedSoon(server);
  });
});

describe('servers of other protocols', () => {
  it('answers what is under way, then ends the connection', async () => {
    const { server, port } = await listen(
      net.createServer((socket) => {
        socket.on('data', (line) => {
          setTimeout(() => socket.write(`echo ${String(line)}`), 100);
        });
      }),
    );
    const socket = await connectTo(server, port);
    const text = socket.setEncoding('utf8').toArray();
    socket.write('hello');
    await expectClosedSoon(server);
    expect((await text).join('')).toBe('echo hello');
  });

  it('are closed together, in the time of the slowest', async () => {
    const web = await listen(http.createServer());
    const raw = await listen(net.createServer());
    await connectTo(web.server, web.port);
    await connectTo(raw.server, raw.port);
    await expectClosedSoon([web.server, raw.server, web.server]);
    expect([web.server.listening, raw.server.listening]).toEqual([false, false]);
  });

  it('drains a server that was closed before', async () => {
    const { server, port } = await listen(http.createServer());
    await connectTo(server, port);
    const closed = once(server, 'close');
    server.close();
    await expectClosedSoon(server);
    await closed;
  });
});

describe('an option or argument that is wrong', () => {
  it.each([
    ['an app', express(), /pass what its listen\(\) returned/],
    ['nothing', undefined, /got undefined/],
    ['a port', 3000, /got a number/],
    ['a Promise', Promise.resolve(), /await it first/],
    ['a framework', { server: http.createServer() }, /its property "server"/],
    ['socket.io', new SocketIo(http.createServer()), /its property "httpServer"/],
    ['one of several', [http.createServer(), {}], /another object/],
  ])('is refused at once: %s', async (_title, value, message) => {
    const refused = await closeHttpServer(value as unknown as http.Server).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServiceError);
    expect(refused).toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringMatching(message) as string });
  });

  it('a timeout', async () => {
    const { server } = await listen(http.createServer());
    const closing = closeHttpServer(server, { timeout: 'soon' as '1s' });
    await expect(closing).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(server.listening).toBe(true);
  });
});
