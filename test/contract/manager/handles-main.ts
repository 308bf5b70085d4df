/**
 * `node handles.mjs <port>`: thousands of calls of the manager, good and bad, on the client of the real SCM. It answers
 * each round with the handles that are open and with how many calls were on the thread pool at a time.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { FfiFunction, Ffi } from '../../../src/win32/ffi/ffi.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { waitForState } from '../../../src/manager/control/wait-for.ts';
import { watchService } from '../../../src/manager/control/watch-service.ts';
import { openFfi } from '../../../src/win32/ffi/open-ffi.ts';
import { statusNotifier } from '../../../src/win32/scm/notify/status-notifier.ts';
import { Win32ScmClient } from '../../../src/win32/scm/win32-scm-client.ts';

const NAME = `winsvc handles ${process.pid}`;
const pool = { now: 0, most: 0 };
const ffi = counted(openFfi());
const client = new Win32ScmClient(ffi);

function counted(ffi: Ffi): Ffi {
  const bind: Ffi['bind'] = (dll, name, signature) => {
    const bound = ffi.bind(dll, name, signature);
    const async: FfiFunction['async'] = async (...args) => {
      pool.now += 1;
      pool.most = Math.max(pool.most, pool.now);
      return bound.async(...args).finally(() => {
        pool.now -= 1;
      });
    };
    return Object.assign((...args: Parameters<FfiFunction>) => bound(...args), { async });
  };
  return { ...ffi, bind };
}

/** Every call of the port; those of the second list fail. */
const GOOD: readonly (() => Promise<unknown>)[] = [
  () => client.status(NAME),
  () => client.readConfig(NAME),
  () => client.change(NAME, { description: 'x', displayName: NAME, environment: { A: '1' } }),
  () => client.dependents(NAME, false),
  () => client.displayNameOf(NAME),
  () => client.nameOf(NAME),
  () => client.list({ state: 'all', type: 'win32' }),
  async () => {
    client.processEnd(process.pid).close();
  },
  async () => {
    const feed = await client.subscribe(NAME);
    const told = feed.live && (await feed.next(1_000, undefined));
    feed.close();
    if (!told) throw new Error('nothing was told');
  },
  // Left in the middle, before and while it is followed.
  async () => {
    for await (const _ of watchService(client, NAME, {})) break;
  },
  async () => {
    const signal = AbortSignal.timeout(1);
    for await (const _ of watchService(client, NAME, { signal })) continue;
  },
  async () => {
    const feed = await client.subscribe(`${NAME} no`);
    if (feed.live) throw new Error('what is not there is followed');
    feed.close();
  },
];
const BAD: readonly (() => Promise<unknown>)[] = [
  () => client.status(`${NAME} no`),
  () => client.readConfig(`${NAME} no`),
  () => client.create(NAME, { imagePath: 'x' }),
  () => client.change(NAME, { description: 'x', securityDescriptor: 'D:(no)' }),
  () => client.change(NAME, { sidType: 'restricted' }),
  () => client.control(NAME, 'stop'),
  () => client.control(NAME, 200, { code: 1, comment: 'why' }),
  () => client.delete(`${NAME} no`),
  () => client.start(`${NAME} no`, ['a']),
  () => client.nameOf(`${NAME} no`),
  () => waitForState({ client, clock: systemClock, name: NAME }, 'running', { timeout: 3 }, 'wait'),
  () => waitForState({ client, clock: systemClock, name: NAME }, 'running', { signal: AbortSignal.abort() }, 'wait'),
];

async function round(calls: number): Promise<object> {
  const all = [...GOOD, ...BAD];
  let failed = 0;
  let unexpected = 0;
  for (let done = 0; done < calls; done += all.length) {
    const results = await Promise.allSettled(all.map((call) => call()));
    failed += results.filter(({ status }) => status === 'rejected').length;
    unexpected += results.filter(({ status }, i) => (status === 'rejected') !== i >= GOOD.length).length;
  }
  client.release(NAME);
  const notifier = statusNotifier(ffi);
  // The handle of the SCM is kept with the thread; those of the services go within its next turn.
  const until = performance.now() + 5_000;
  while (notifier.openHandles > 1 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  return { openHandles: client.openHandles, followed: notifier.openHandles, pool: pool.most, failed, unexpected };
}

await client.create(NAME, { imagePath: '"C:\\nothing.exe"', startType: 'demand' });
const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]), noDelay: true });
socket.on('close', () => process.exit(0));
socket.write(`${JSON.stringify({ pid: process.pid })}\n`);
createInterface({ input: socket }).on('line', (line) => {
  const { id, calls } = JSON.parse(line) as { id: number; calls: number };
  const work = calls > 0 ? round(calls) : end();
  void work.then(
    (answer) => socket.write(`${JSON.stringify({ id, ...answer })}\n`),
    (error: unknown) => socket.write(`${JSON.stringify({ id, error: String(error) })}\n`),
  );
});

async function end(): Promise<object> {
  await client.delete(NAME);
  await client.close();
  const refused = await Promise.allSettled([
    client.status(NAME),
    client.readConfig(NAME),
    client.list({ state: 'all', type: 'all' }),
  ]);
  const notifier = statusNotifier(ffi);
  const until = performance.now() + 10_000;
  while (notifier.openHandles > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    openHandles: client.openHandles,
    followed: notifier.openHandles,
    refused: refused.filter(({ status }) => status === 'rejected').length,
  };
}
