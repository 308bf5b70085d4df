import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadyRule } from '../../../src/scm/host-settings.ts';
import { ListenWatch } from '../../../src/hosting/listen-watch.ts';
import { untilReady } from '../../../src/hosting/readiness.ts';
import type { ServiceContext } from '../../../src/service/context/context.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createDeferred } from '../../../src/util/deferred.ts';

let listens: ListenWatch;
const servers: Server[] = [];
beforeEach(() => {
  listens = new ListenWatch();
});
afterEach(() => {
  listens.close();
  for (const server of servers.splice(0)) server.close();
});

function start(rule: ReadyRule, timeLeft = 20_000) {
  const evaluated = createDeferred<undefined>();
  const message = createDeferred<undefined>();
  const ctx = { timeLeft } as ServiceContext;
  const ready = untilReady(
    rule,
    { evaluated: evaluated.promise, message: message.promise, listens, clock: systemClock },
    ctx,
  );
  ready.catch(() => undefined);
  return { evaluated, message, ready };
}
async function listen(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return server;
}

describe('a hosted program is ready', () => {
  it('auto: when it was evaluated and its first server listens', async () => {
    const { evaluated, ready } = start('auto');
    await listen();
    evaluated.resolve(undefined);
    expect(await ready).toBe('a server listens');
    expect(listens.addresses).toEqual([expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/)]);
  });

  it('auto: a second after it was evaluated when nothing began to listen, and says so', async () => {
    const { evaluated, ready } = start('auto');
    evaluated.resolve(undefined);
    expect(await ready).toContain('nothing began to listen');
  });

  it('auto: when a module that never ends its top-level await has had most of its time', async () => {
    expect(await start('auto', 1_500).ready).toContain('counts as a loop');
  });

  it('listen, loaded, message, port: at that event alone', async () => {
    const [byListen, byLoaded, byMessage] = [start('listen'), start('loaded'), start('message')];
    byLoaded.evaluated.resolve(undefined);
    expect(await byLoaded.ready).toContain('evaluated');
    byMessage.message.resolve(undefined);
    expect(await byMessage.ready).toContain('process.send');
    const server = await listen();
    expect(await byListen.ready).toBe('a server listens');
    const { port } = server.address() as { port: number };
    expect(await start({ port }).ready).toContain(String(port));
  });

  it('never, with the reason: the port was taken', async () => {
    const taken = await listen();
    listens.close();
    listens = new ListenWatch();
    const { ready } = start('listen', 600);
    const second = createServer().on('error', () => undefined);
    second.listen(taken.address() as { port: number });
    await expect(ready).rejects.toThrow(/no server listens.*EADDRINUSE.*timeouts\.start/);
  });
});
