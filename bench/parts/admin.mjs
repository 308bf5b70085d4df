// @ts-check
/** The admin API over a socket, with the mock SCM behind it: what HTTP, security and checks add. Runs here, not under Wine. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { row } from '../lib/row.mjs';

const SERVICES = 1_000;
const PER_SECOND = 200;
/** Until the code is compiled. */
const WARM_UP = 1_500;
const LISTENERS = 200;
const REQUESTS = 100_000;
const MIB = 1_048_576;

/** @param {import('../lib/session.mjs').Session} session */
export async function admin({ stage, rounds, say }) {
  const load = (/** @type {string} */ file) =>
    import(pathToFileURL(join(stage.dir, 'node_modules', 'winsvc', 'dist', file)).href);
  return measureAdmin({ ...(await load('admin/index.js')), ...(await load('testing/index.js')) }, rounds, say);
}

/** @param {Record<string, any>} its what the two entries export @param {number} rounds @param {(text: string) => void} say */
export async function measureAdmin({ createAdmin, adminServer, openTokenStore, createMockScm }, rounds, say) {
  const folder = await mkdtemp(join(tmpdir(), 'winsvc bench '));
  const manager = createMockScm({ clock: 'real' }).manager();
  const name = (/** @type {number} */ n) => `service ${String(n).padStart(4, '0')}`;
  for (let n = 0; n < SERVICES; n++) await manager.install({ name: name(n), imagePath: 'C:\\a.exe' });
  const tokens = openTokenStore(join(folder, 'tokens.json'));
  const { token } = await tokens.create({ name: 'bench', role: 'admin' });
  const options = {
    manager,
    services: [/./],
    tokens,
    limits: { perToken: 1e9, perAddress: 1e9, streamsPerToken: 1_000 },
  };
  const its = await createAdmin({ ...options, audit: false, page: false });
  const server = await adminServer(its, { port: 0 });
  const headers = { Authorization: `Bearer ${token}` };
  const url = `${server.url}api/v1`;
  // Not fetch: its own cost, in this process, is as high as the server's.
  const agent = new Agent({ keepAlive: true });
  const ask = async (/** @type {string} */ path) => {
    const began = performance.now();
    const request = get(url + path, { headers, agent });
    const [response] = /** @type {[import('node:http').IncomingMessage]} */ (await once(request, 'response'));
    response.resume();
    await once(response, 'end');
    if (response.statusCode !== 200) throw new Error(`${path} was answered ${response.statusCode}`);
    return performance.now() - began;
  };
  try {
    const one = `/services/${encodeURIComponent(name(7))}`;
    for (let n = 0; n < WARM_UP; n++) await ask(one);
    const over = [];
    for (let n = 0; n < Math.max(400, rounds * 100); n++) {
      if (n % PER_SECOND === 0) say(`admin: status ${n}`);
      const due = sleep(1_000 / PER_SECOND);
      const began = performance.now();
      await manager.service(name(7)).status();
      const bare = performance.now() - began;
      over.push((await ask(one)) - bare);
      await due;
    }
    const lists = [];
    for (let n = 0; n < rounds + 2; n++) {
      const ms = await ask('/services?limit=5000');
      if (n > 1) lists.push(ms);
    }
    say('admin: listeners');
    const late = await measureListeners(url, headers, manager, rounds);
    say('admin: memory');
    const grown = await measureMemory(its, url + one, headers);
    return [
      row('admin: GET /services/{name} over status(), 200/s', 'ms', { winsvc: over }),
      row('admin: list of 1,000 services', 'ms', { winsvc: lists }),
      row('admin: change seen by 200 listeners', 'ms', { winsvc: late }),
      row('admin: heap after 100,000 requests', 'MiB more', { winsvc: [grown] }),
    ];
  } finally {
    agent.destroy();
    await server.close();
    await its.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} url @param {Record<string, string>} headers @param {any} manager @param {number} rounds */
async function measureListeners(url, headers, manager, rounds) {
  /** @type {number[]} */
  const late = [];
  let changedAt = 0;
  let waiting = 0;
  let all = () => {};
  const requests = [];
  for (let n = 0; n < LISTENERS; n++) {
    const request = get(`${url}/events`, { headers, agent: false });
    requests.push(request);
    const [response] = /** @type {[import('node:http').IncomingMessage]} */ (await once(request, 'response'));
    response.setEncoding('utf8').on('error', () => {});
    response.on('data', (/** @type {string} */ text) => {
      if (!text.includes('event: serviceGone') && !text.includes('event: config')) return;
      late.push(performance.now() - changedAt);
      if (--waiting === 0) all();
    });
  }
  await sleep(1_500);
  for (let n = 0; n < rounds + 2; n++) {
    // The first ones compile the code, as for the lists.
    if (n === 2) late.length = 0;
    const done = /** @type {Promise<void>} */ (new Promise((resolve) => (all = resolve)));
    waiting = LISTENERS;
    const target = `${url}/services/${encodeURIComponent(`service 0009`)}/config`;
    const { headers: read } = await fetch(target, { headers });
    changedAt = performance.now();
    await fetch(target, {
      method: 'PATCH',
      body: JSON.stringify({ description: `round ${n}` }),
      headers: { ...headers, 'Content-Type': 'application/merge-patch+json', 'If-Match': read.get('etag') ?? '' },
    });
    await done;
  }
  for (const request of requests) request.destroy();
  return late;
}

/** Without the socket: what the handler keeps. @param {any} its @param {string} url @param {Record<string, string>} headers */
async function measureMemory(its, url, headers) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const run = async (/** @type {number} */ count) => {
    for (let n = 0; n < count; n++)
      await (await its.fetch(new Request(url, { headers }), { address: '127.0.0.1' })).text();
    collect();
    return process.memoryUsage().heapUsed / MIB;
  };
  const before = await run(REQUESTS / 10);
  return (await run(REQUESTS)) - before;
}
