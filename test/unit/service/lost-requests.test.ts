import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHttpServer, defineService, type ServiceOptions } from 'winsvc';
import { createMockScm } from 'winsvc/testing';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0)) await work();
});
const closed = (server: Pick<Server, 'close'>): Promise<unknown> => new Promise((resolve) => server.close(resolve));

/** A server that answers nothing, with as many requests. */
async function busyServer(requests: number): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  cleanUp.push(() => {
    server.closeAllConnections();
    return closed(server);
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < requests; i++) {
    const received = once(server, 'request');
    get({ host: '127.0.0.1', port }).on('error', () => undefined);
    await received;
  }
  return server;
}

/** The warnings of a service that is stopped. */
async function warningsAtStop(options: Partial<ServiceOptions>, listener?: () => unknown): Promise<string[]> {
  await using scm = createMockScm({ clock: 'real' });
  const run = await scm.start(defineService({ name: 'Web', start: () => undefined, ...options }));
  if (listener) run.process.on('SIGTERM', listener);
  await run.stop();
  return run.log.filter(({ level }) => level === 'warn').map(({ message }) => message);
}

describe('requests in progress at a stop', () => {
  it.each([
    [1, '1 request was still in progress at the stop and is lost.'],
    [3, '3 requests were still in progress at the stop and are lost.'],
  ])('are a warning when the service has nothing to do at its stop: %i', async (count, message) => {
    const [warning, ...others] = await warningsAtStop({ start: () => busyServer(count) });
    expect(others).toEqual([]);
    expect(warning).toContain(message);
    expect(warning).toContain("ctx.onShutdown('http', () => closeHttpServer(server))");
  });

  it('count the streams of HTTP/2 too', async () => {
    const server = createHttp2Server().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    cleanUp.push(() => {
      session.destroy();
      return closed(server as unknown as Server);
    });
    session.on('error', () => undefined);
    const received = once(server, 'stream');
    session.request({ ':path': '/' }).on('error', () => undefined);
    await received;
    expect(await warningsAtStop({})).toEqual([expect.stringContaining('1 request was still')]);
  });

  it('are none of a server that only has idle connections, or none', async () => {
    expect(await warningsAtStop({ start: () => busyServer(0) })).toEqual([]);
  });

  it.each<[string, Partial<ServiceOptions>, (() => unknown)?]>([
    [
      'a hook',
      { start: async (ctx) => ctx.onShutdown('http', async () => closeHttpServer(await server, { timeout: 1 })) },
    ],
    ['a stop handler', { start: () => server, stop: () => undefined }],
    ['a SIGTERM listener', { start: () => server }, () => undefined],
  ])('are left to a service that has %s', async (_name, options, listener) => {
    server = busyServer(1);
    expect(await warningsAtStop(options, listener)).toEqual([]);
  });
});

let server: Promise<Server>;
