// @ts-check
/** Private memory of the service's process and of a bare node.exe that runs at the same time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { privateMiB, unixPid } from '../lib/proc.mjs';
import { row } from '../lib/row.mjs';

/** What the start left behind has been collected or returned by then. */
const SETTLE_MS = 2_000;

/** @param {import('../lib/session.mjs').Session} session */
export async function memory(session) {
  const { rig, stage } = session;
  const service = await session.minimal();
  const rounds = Math.max(1, Math.ceil(session.rounds / 3));
  /** @type {number[]} */
  const ours = [];
  /** @type {number[]} */
  const node = [];
  /** @type {number[]} */
  const floor = [];
  for (let round = 0; round < rounds; round++) {
    session.say(`memory: ${round + 1}/${rounds}`);
    const bare = await session.bare();
    const least = await session.bare(stage.floor);
    const { pid } = await service.start();
    await sleep(SETTLE_MS);
    ours.push(await size(pid, stage.minimal));
    node.push(await size(bare.pid, stage.bare));
    floor.push(await size(least.pid, stage.floor));
    await service.stop();
    await bare.kill();
    await least.kill();
  }
  await service.forget();
  const over = ours.map((mib, i) => mib - (node[i] ?? NaN));
  const least = floor.map((mib, i) => mib - (node[i] ?? NaN));
  return [
    row('private memory without the exe', 'MiB', { winsvc: ours, node }),
    row('memory over bare node', 'MiB', { winsvc: over }),
    row('of it a second thread, and koffi in both', 'MiB', { winsvc: least }),
  ];

  /** @param {number} pid @param {string} file */
  async function size(pid, file) {
    if (rig.kind === 'wine') return privateMiB(unixPid(rig.winPath(file)), rig.nodeExe);
    return (await rig.agent.memory(pid)).privateUsage / 2 ** 20;
  }
}
