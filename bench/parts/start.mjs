// @ts-check
/** Start and stop of examples/minimal, a C service and a bare node.exe, in turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import { row } from '../lib/row.mjs';
import { ratios } from '../lib/stats.mjs';

/** A service is stopped when it has been idle, not in the middle of its start. */
const SETTLE_MS = 150;

/** @param {import('../lib/session.mjs').Session} session */
export async function start(session) {
  const service = await session.minimal();
  const floor = await session.floor();
  const series = () => ({
    running: /** @type {number[]} */ ([]),
    stopped: /** @type {number[]} */ ([]),
    gone: /** @type {number[]} */ ([]),
  });
  const ours = series();
  const c = series();
  /** @type {number[]} */
  const node = [];

  /** @param {import('../lib/session.mjs').BenchService} one @param {ReturnType<typeof series>} into */
  const life = async (one, into) => {
    into.running.push((await one.start()).ms);
    await sleep(SETTLE_MS);
    const { stoppedMs, goneMs } = await one.stop();
    into.stopped.push(stoppedMs);
    into.gone.push(goneMs);
  };
  const turns = [
    async () => {
      const bare = await session.bare();
      node.push(bare.ms);
      await sleep(SETTLE_MS);
      await bare.kill();
    },
    () => life(service, ours),
    async () => void (floor && (await life(floor, c))),
  ];
  for (let round = -1; round < session.rounds; round++) {
    session.say(`start and stop: ${round + 1}/${session.rounds}`);
    // Each goes first as often as the others: what ran before it can make one slower.
    for (const i of turns.keys()) await turns[(round + 1 + i) % turns.length]?.();
    // The first round fills the caches of the disk.
    if (round === -1) for (const list of [...Object.values(ours), ...Object.values(c), node]) list.length = 0;
  }
  await service.forget();
  await floor?.forget();
  return [
    row('StartService → RUNNING', 'ms', { winsvc: ours.running, c: c.running, node }),
    row('start ÷ bare node', '×', { winsvc: ratios(ours.running, node) }),
    row('STOP → STOPPED', 'ms', { winsvc: ours.stopped, c: c.stopped }),
    row('STOP → process gone', 'ms', { winsvc: ours.gone, c: c.gone }),
  ];
}
