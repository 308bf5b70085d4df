import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHttpServer } from '../../../src/index.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { eventually } from '../../support/eventually.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listen(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** A request whose response is held back until `release`. */
async function inFlight() {
  const release = createDeferred<undefined>();
  const arrived = createDeferred<undefined>();
  const { server, port } = await listen((_request, response) => {
    arrived.resolve(undefined);
    void release.promise.then(() => response.end('done'));
  });
  const agent = new Agent({ keepAlive: true });
  open.push(() => {
    agent.destroy();
  });
  const response = new Promise<{ message: IncomingMessage; body: string }>((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (message) => {
      let body = '';
      message.setEncoding('utf8').on('data', (text: string) => (body += text));
      message.on('end', () => {
        resolve({ message, body });
      });
    }).on('error', reject);
  });
  response.catch(() => undefined);
  await arrived.promise;
  return { server, port, release, response };
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

describe('closeHttpServer', () => {
  it('lets a request in flight finish, and its keep-alive connection end', async () => {
    const { server, release, response } = await inFlight();
    const closed = closeHttpServer(server, { timeout: '30s' });
    release.resolve(undefined);
    expect((await response).body).toBe('done');
    expect(await closed).toMatchObject({ cut: false });
    expect(server.listening).toBe(false);
  });

  it('takes no new connections meanwhile', async () => {
    const { server, port, release } = await inFlight();
    const closed = closeHttpServer(server);
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    release.resolve(undefined);
    await closed;
  });

  it('closes keep-alive connections that are idle at once', async () => {
    const { server, port } = await listen((_request, response) => response.end('ok'));
    const socket = await openSocket(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    const ended = once(socket, 'close');
    expect(await closeHttpServer(server, { timeout: '30s' })).toMatchObject({ cut: false });
    await ended;
  });

  it('answers a request that comes during the drain with Connection: close', async () => {
    const { server, port, release } = await inFlight();
    // A connection with half a request is not idle.
    const socket = await openSocket(port);
    socket.write('GET / HTTP/1.1\r\n');
    await eventually(async () => {
      expect(await connections(server)).toBe(2);
    });
    const closed = closeHttpServer(server, { timeout: '30s' });
    socket.write('Host: a\r\n\r\n');
    release.resolve(undefined);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString().toLowerCase()).toContain('connection: close');
    expect(await closed).toMatchObject({ cut: false });
  });

  it('cuts what is left at the deadline, and says so', async () => {
    const { server, response } = await inFlight();
    expect(await closeHttpServer(server, { timeout: 20 })).toMatchObject({ cut: true });
    await expect(response).rejects.toThrow();
  });

  it('cuts at once when the signal aborts', async () => {
    const { server, response } = await inFlight();
    const controller = new AbortController();
    const closed = closeHttpServer(server, { timeout: '30s', signal: controller.signal });
    controller.abort();
    expect(await closed).toMatchObject({ cut: true });
    await expect(response).rejects.toThrow();
  });

  it('cuts at once when the signal had aborted before', async () => {
    const { server } = await inFlight();
    expect(await closeHttpServer(server, { timeout: '30s', signal: AbortSignal.abort() })).toMatchObject({ cut: true });
  });

  it('does nothing when the server is not listening', async () => {
    expect(await closeHttpServer(createServer())).toMatchObject({ cut: false, cutRequests: 0 });
  });

  it('leaves no listener behind', async () => {
    const { server } = await listen(() => undefined);
    const before = server.listenerCount('request');
    await closeHttpServer(server);
    expect(server.listenerCount('request')).toBe(before);
  });
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}
