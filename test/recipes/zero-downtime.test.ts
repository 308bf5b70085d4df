// The recipe with a reverse proxy: no request fails while the instances are restarted one after another.
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMockScm } from 'winsvc/testing';
import { restartAll } from '../../examples/zero-downtime/restart-all.js';
import { createInstance } from '../../examples/zero-downtime/service.js';
import { freePort, request } from '../../scripts/lib/http.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A reverse proxy that asks /readyz before each request, and sends a request that was refused to the next instance. */
async function startProxy(ports: readonly number[]) {
  const ready = async (port: number): Promise<boolean> =>
    (await request(port, '/readyz').catch(() => undefined))?.status === 200;
  let next = 0;
  const server = createServer((req, res) => {
    const forward = async (tries: number): Promise<void> => {
      const port = ports[next++ % ports.length] ?? 0;
      if (tries > 0 && !(await ready(port))) return forward(tries - 1);
      const call = send({ host: '127.0.0.1', port, path: req.url, agent: false });
      const answered = once(call, 'response') as Promise<[IncomingMessage]>;
      call.end();
      try {
        const [answer] = await answered;
        res.writeHead(answer.statusCode ?? 502);
        answer.pipe(res);
      } catch {
        if (tries > 0) return forward(tries - 1);
        res.writeHead(502).end();
      }
    };
    void forward(20);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('zero downtime', () => {
  it('no request fails while both instances are restarted', async () => {
    vi.stubEnv('DRAIN_MS', '200');
    const scm = createMockScm({ clock: 'real' });
    const ports = [await freePort(), await freePort()];
    const names = ['Shop-1', 'Shop-2'];
    for (const [i, name] of names.entries()) await scm.start(createInstance(name, ports[i] ?? 0));
    const proxy = await startProxy(ports);

    let restarting = true;
    const answers: { status: number; text: string }[] = [];
    const clients = Array.from({ length: 5 }, async () => {
      while (restarting) answers.push(await request(proxy.port, '/'));
    });
    const before = names.map((name) => scm.runs(name).length);
    await restartAll(
      scm.manager(),
      names.map((name, i) => ({ name, ready: `http://127.0.0.1:${ports[i]}/readyz` })),
    );
    restarting = false;
    await Promise.all(clients);

    expect(names.map((name) => scm.runs(name).length)).toEqual(before.map((count) => count + 1));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(names));
    for (const name of names) await scm.runs(name).at(-1)!.stop();
    proxy.close();
    scm.assertSettled();
  });

  it('an instance that does not come back ends the restart; the other is left alone', async () => {
    vi.stubEnv('DRAIN_MS', '0');
    const scm = createMockScm({ clock: 'real' });
    const ports = [await freePort(), await freePort()];
    for (const [i, name] of ['Shop-1', 'Shop-2'].entries()) await scm.start(createInstance(name, ports[i] ?? 0));
    // Its port is taken while it is down.
    const first = scm.runs('Shop-1').at(-1)!;
    await first.stop();
    const blocker = createServer().listen(ports[0], '127.0.0.1');
    await once(blocker, 'listening');
    const targets = ['Shop-1', 'Shop-2'].map((name, i) => ({ name, ready: `http://127.0.0.1:${ports[i]}/readyz` }));
    await expect(restartAll(scm.manager(), targets)).rejects.toThrow();
    expect(scm.runs('Shop-2')).toHaveLength(1);
    expect(scm.runs('Shop-2')[0]!.state).toBe('running');
    blocker.close();
    await scm.runs('Shop-2')[0]!.stop();
  });
});
