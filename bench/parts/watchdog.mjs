// @ts-check
/** What 1,000 targets cost: each asked over HTTP every 5 s, in real time. Runs here, not under Wine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { row } from '../lib/row.mjs';

const TARGETS = 1_000;
const SPAN_MS = 5_000;
/** In a process of its own: what the answers cost isn't the watchdog's. */
const SERVER =
  "const s = require('node:http').createServer((_, a) => a.end('ok')).listen(0, '127.0.0.1', () => console.log(s.address().port))";

/** @param {import('../lib/session.mjs').Session} session */
export async function watchdog({ stage, rounds, say }) {
  const load = (/** @type {string} */ file) =>
    import(pathToFileURL(join(stage.dir, 'node_modules', 'winsvc', 'dist', file)).href);
  const { createWatchdog } = await load('watchdog/index.js');
  const { httpCheck } = await load('health/index.js');
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const percent = [];
  try {
    const [port] = await once(createInterface(server.stdout), 'line');
    const targets = Array.from({ length: TARGETS }, (_, n) => ({
      name: `target ${n}`,
      checks: [httpCheck(`http://127.0.0.1:${port}/`, { name: 'http' })],
    }));
    const its = createWatchdog({ targets, interval: '5s' });
    let asked = 0;
    its.health.on('result', () => (asked += 1));
    await its.start();
    const spans = Math.max(1, Math.ceil(rounds / 3));
    // The first span warms up.
    for (let span = 0; span <= spans; span++) {
      say(`watchdog: ${span}/${spans}`);
      const [before, began] = [process.cpuUsage(), performance.now()];
      asked = 0;
      await sleep(SPAN_MS);
      const { user, system } = process.cpuUsage(before);
      if (asked < TARGETS * 0.8) throw new Error(`only ${asked} of ${TARGETS} targets were asked in ${SPAN_MS} ms`);
      if (span > 0) percent.push((user + system) / 10 / (performance.now() - began));
    }
    await its.close();
  } finally {
    server.kill();
  }
  return [row('watchdog: 1,000 HTTP targets every 5 s', '% of a core', { winsvc: percent })];
}
