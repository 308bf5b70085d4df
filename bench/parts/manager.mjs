// @ts-check
/** The manager: the status of one service beside the bare call and beside `sc query`, and a long list on the mock. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { row } from '../lib/row.mjs';
import { ratios } from '../lib/stats.mjs';

const SERVICES = 1_000;

/** @param {import('../lib/session.mjs').Session} session */
export async function manager(session) {
  session.say('manager: status');
  const { winsvc, bare, spawn } = await statuses(session);
  session.say('manager: status with ffi-rs');
  const other = await statuses(session, 'ffi-rs');
  session.say(`manager: list of ${SERVICES}`);
  const { listMs, blockedMs } = await list(session);
  return [
    row('status() of one service', 'µs', { winsvc, node: bare }),
    row('status() with ffi-rs', 'µs', { winsvc: other.winsvc, node: other.bare }),
    row('status() ÷ bare QueryServiceStatusEx', '×', { winsvc: ratios(winsvc, bare) }),
    row('status() with ffi-rs ÷ bare call', '×', { winsvc: ratios(other.winsvc, other.bare) }),
    row('spawned sc query ÷ status()', '×', { winsvc: ratios(spawn, winsvc) }),
    row(`list of ${SERVICES} with configuration, mock`, 'ms', { winsvc: listMs }),
    row('longest block of the event loop meanwhile', 'ms', { winsvc: blockedMs }),
  ];
}

/**
 * @param {import('../lib/session.mjs').Session} session
 * @param {'koffi' | 'ffi-rs'} [ffi] of the manager; the bare call is koffi's
 * @returns {Promise<Record<'winsvc' | 'bare' | 'spawn', number[]>>}
 */
async function statuses({ rig, stage, rounds, minimal }, ffi = 'koffi') {
  const service = await minimal();
  await service.start();
  try {
    const result = join(stage.dir, 'manager-status.json');
    const args = [join(stage.dir, 'manager-status.js'), service.name, String(rounds), result];
    const child = rig.spawnWin(
      rig.nodeExe,
      args.map((arg, i) => (i % 3 === 0 ? rig.winPath(arg) : arg)),
      { stdio: 'ignore', env: { WINSVC_FFI: ffi } },
    );
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`manager-status.js ended with ${code}`);
    return JSON.parse(readFileSync(result, 'utf8'));
  } finally {
    await service.remove();
  }
}

/** @param {import('../lib/session.mjs').Session} session */
async function list({ stage, rounds }) {
  const built = pathToFileURL(join(stage.dir, 'node_modules/winsvc/dist/testing/index.js')).href;
  const { createMockScm } = await import(built);
  const scm = createMockScm().manager();
  for (let i = 0; i < SERVICES; i++) await scm.install({ name: `Service ${i}`, imagePath: '"C:\\service.exe"' });
  const listMs = [];
  const blockedMs = [];
  for (let round = 0; round < rounds; round++) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const began = performance.now();
    let count = 0;
    for await (const { config } of scm.listConfigs()) count += config.imagePath ? 1 : 0;
    if (count !== SERVICES) throw new Error(`${count} services were listed`);
    listMs.push(performance.now() - began);
    delay.disable();
    blockedMs.push(delay.max / 1e6);
  }
  return { listMs, blockedMs };
}
