// @ts-check
/** What it costs to look for a hung event loop: CPU time of an idle service with it, less that of one without it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, unixPid } from '../lib/proc.mjs';
import { row } from '../lib/row.mjs';

/** See wakeups.mjs. */
const SETTLE_MS = 20_000;
const WATCH_MS = 10_000;

/** @param {import('../lib/session.mjs').Session} session */
export async function hang(session) {
  const { rig, stage } = session;
  if (rig.kind !== 'wine') {
    session.say('hang: skipped, it reads /proc');
    return [];
  }
  const services = [await session.hangOn(), await session.hangOff()];
  for (const service of services) await service.start();
  session.say(`hang detection: ${SETTLE_MS / 1000} s to settle`);
  await sleep(SETTLE_MS);
  const pids = [stage.hangOn, stage.hangOff].map((file) => unixPid(rig.winPath(file)));
  /** @type {number[]} */
  const on = [];
  /** @type {number[]} */
  const off = [];
  const rounds = Math.max(1, Math.round(session.rounds / 4));
  for (let round = 0; round < rounds; round++) {
    session.say(`hang detection: ${round + 1}/${rounds}, ${WATCH_MS / 1000} s of doing nothing`);
    const began = performance.now();
    const before = pids.map(cpuMs);
    await sleep(WATCH_MS);
    const ms = performance.now() - began;
    const [mine = NaN, without = NaN] = pids.map((pid, i) => ((cpuMs(pid) - (before[i] ?? NaN)) / ms) * 100);
    on.push(mine);
    off.push(without);
  }
  for (const service of services) await service.remove();
  const over = on.map((percent, i) => percent - (off[i] ?? NaN));
  return [
    row('idle CPU, hang detection on', '% of a core', { winsvc: on }),
    row('idle CPU, hang detection off', '% of a core', { winsvc: off }),
    row('hang detection, idle', '% of a core', { winsvc: over }),
  ];
}
