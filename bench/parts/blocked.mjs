// @ts-check
/**
 * The same controls while the app's event loop is blocked for five seconds. A C service is asked in between: its p99 is
 * what the machine's other work does to any service at that time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { row } from '../lib/row.mjs';
import { ratios } from '../lib/stats.mjs';

const INTERROGATE = 4;
const STOP = 1;
const NOTHING = 200;
const BLOCK = 201;
const STOP_PENDING = 3;
const BURST = 50;
/** Less than the block lasts, with room for the STOP at its end. */
const LONG_MS = 4_000;
const SHORT_MS = 250;

/** @param {import('../lib/session.mjs').Session} session */
export async function blocked(session) {
  const { agent } = session.rig;
  const ms = {
    interrogate: /** @type {number[]} */ ([]),
    command: /** @type {number[]} */ ([]),
    stop: /** @type {number[]} */ ([]),
  };
  const ratio = /** @type {number[]} */ ([]);
  const c = { interrogate: /** @type {number[]} */ ([]), command: /** @type {number[]} */ ([]) };
  const floor = await session.floor();
  await floor?.start();
  for (let round = 0; round < session.rounds; round++) {
    session.say(`blocked: ${round + 1}/${session.rounds}`);
    const service = await session.blocker();
    await service.start();
    await agent.control(service.name, BLOCK);
    // The command reaches the app's thread in well under this.
    await sleep(30);
    // One block is filled to its end; the others are many, for the sake of STOP.
    const until = performance.now() + (round === 0 ? LONG_MS : SHORT_MS);
    while (performance.now() < until) {
      const asked = await agent.interrogateBench(service.name, INTERROGATE, BURST);
      ms.interrogate.push(...asked.controlUs.map(toMs));
      ratio.push(...ratios(asked.controlUs, asked.queryUs));
      ms.command.push(...(await agent.interrogateBench(service.name, NOTHING, BURST)).controlUs.map(toMs));
      if (floor === undefined) continue;
      c.interrogate.push(...(await agent.interrogateBench(floor.name, INTERROGATE, BURST)).controlUs.map(toMs));
      c.command.push(...(await agent.interrogateBench(floor.name, NOTHING, BURST)).controlUs.map(toMs));
    }
    ms.stop.push((await agent.control(service.name, STOP)).elapsedMs);
    // Only the app's thread can get from here to STOPPED: this proves that it was blocked.
    await sleep(30);
    const { state } = await agent.status(service.name);
    if (state !== STOP_PENDING) throw new Error(`the app was not blocked: state ${state} after STOP`);
    await service.kill();
  }
  await floor?.remove();
  return [
    row('INTERROGATE, app blocked', 'ms', { winsvc: ms.interrogate, c: c.interrogate }),
    row('INTERROGATE ÷ query, app blocked', '×', { winsvc: ratio }),
    row('user control, app blocked', 'ms', { winsvc: ms.command, c: c.command }),
    row('STOP acknowledged, app blocked', 'ms', { winsvc: ms.stop }),
  ];
}

/** @param {number} us */
const toMs = (us) => us / 1000;
