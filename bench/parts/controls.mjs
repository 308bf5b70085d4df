// @ts-check
/** The round trip of a control, beside a query that ends at the SCM and beside the same control of a C service. */
import { row } from '../lib/row.mjs';
import { ratios } from '../lib/stats.mjs';

const CONTROLS = { INTERROGATE: 4, 'user control': 200 };
/** In short bursts, so that the two services see the same machine. */
const BURST = 150;

/** @param {import('../lib/session.mjs').Session} session */
export async function controls(session) {
  const services = { winsvc: await session.blocker(), c: await session.floor() };
  const rows = [];
  await Promise.all(Object.values(services).map((service) => service?.start()));
  for (const [label, code] of Object.entries(CONTROLS)) {
    /** @type {Record<keyof typeof services, { us: number[], ratio: number[] }>} */
    const seen = { winsvc: { us: [], ratio: [] }, c: { us: [], ratio: [] } };
    for (let round = 0; round <= session.rounds; round++) {
      session.say(`controls: ${label}, ${round}/${session.rounds}`);
      for (const [who, service] of /** @type {[keyof typeof services, typeof services.c][]} */ (
        Object.entries(services)
      )) {
        if (service === undefined) continue;
        const { controlUs, queryUs } = await session.rig.agent.interrogateBench(service.name, code, BURST);
        // The first burst warms up.
        if (round === 0) continue;
        seen[who].us.push(...controlUs);
        seen[who].ratio.push(...ratios(controlUs, queryUs));
      }
    }
    rows.push(row(`${label} round trip, idle`, 'µs', { winsvc: seen.winsvc.us, c: seen.c.us }));
    rows.push(row(`${label} ÷ QueryServiceStatusEx`, '×', { winsvc: seen.winsvc.ratio, c: seen.c.ratio }));
  }
  for (const service of Object.values(services)) await service?.remove();
  return rows;
}
