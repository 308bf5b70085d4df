import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadyRule } from '../../../src/scm/host-settings.ts';
import { ListenWatch } from '../../../src/hosting/listen-watch.ts';
import { untilReady } from '../../../src/hosting/readiness.ts';
import type { ServiceContext } from '../../../src/service/context/context.ts';
import { createManualClock } from '../../../src/testing/time/manual-clock.ts';
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

  it('auto: not while the program is still loading, however long that takes', async () => {
    const clock = createManualClock();
    let idle = 0;
    let resources: readonly string[] = ['FSReqCallback'];
    const evaluated = Promise.resolve();
    const program = {
      evaluated,
      message: evaluated,
      listens,
      clock,
      idleMs: () => idle,
      activeResources: () => resources,
    };
    let how: string | undefined;
    const ready = untilReady('auto', program, { timeLeft: 20_000 }).then((text) => (how = text));
    const pass = async (ms: number, idleMs: number): Promise<void> => {
      for (let at = 0; at < ms; at += 100) {
        await clock.advance(100);
        idle += idleMs / (ms / 100);
      }
    };
    // Idle, but it waits for a file; then busy; then for the child that it has asked.
    await pass(3_000, 3_000);
    resources = [];
    await pass(3_000, 0);
    resources = ['ProcessWrap'];
    await pass(2_000, 2_000);
    expect(how).toBeUndefined();
    resources = ['Timeout'];
    await pass(1_500, 1_500);
    await ready;
    expect(how).toContain('nothing began to listen');
  });

  it('auto: fails with the cause when a server could not listen, although the program goes on', async () => {
    const taken = await listen();
    listens.close();
    listens = new ListenWatch();
    const { port } = taken.address() as { port: number };
    const { evaluated, ready } = start('auto');
    const server = createServer().on('error', () => undefined);
    server.listen(port, '127.0.0.1');
    evaluated.resolve(undefined);
    await expect(ready).rejects.toThrow(/can't listen: .*EADDRINUSE/);
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
