// @ts-check
/** The Express example from node_modules, and packed by `winsvc pack`, in turn. */
import { row } from '../lib/row.mjs';
import { ratios } from '../lib/stats.mjs';

/** @param {import('../lib/session.mjs').Session} session */
export async function packed(session) {
  if (session.stage.express === undefined) throw new Error('express is not installed.');
  session.say('packed: winsvc pack');
  const kinds = { modules: await session.express(), packed: await session.packedExpress() };
  const running = { modules: /** @type {number[]} */ ([]), packed: /** @type {number[]} */ ([]) };
  for (let round = -1; round < session.rounds; round++) {
    session.say(`packed: ${round + 1}/${session.rounds}`);
    const order = /** @type {const} */ (['modules', 'packed']);
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      // Any free port.
      const { ms } = await session.startAgain(kinds[name], ['0']);
      await kinds[name].stop();
      if (round >= 0) running[name].push(ms);
    }
  }
  for (const kind of Object.values(kinds)) await kind.forget();
  return [
    row('packed: StartService → RUNNING', 'ms', { winsvc: running.packed }),
    row('packed: start ÷ from node_modules', '×', { winsvc: ratios(running.packed, running.modules) }),
  ];
}
