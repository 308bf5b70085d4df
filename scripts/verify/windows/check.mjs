// @ts-check
import { openKit, Skip } from './kit.mjs';

/**
 * One thing that only a real Windows shows.
 *
 * @typedef {object} Check
 * @property {string} id
 * @property {string} title what is proven when it passes
 * @property {string} [wine] why Wine can't show it; its code runs there all the same
 * @property {(kit: import('./kit.mjs').Kit) => Promise<string>} run gives what was seen; throws what was wrong, or a {@link Skip}
 */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {'proven' | 'failed' | 'skipped'} result
 * @property {string} detail
 * @property {number} ms
 */

/**
 * Runs one check and removes what it made.
 *
 * @param {Check} check
 * @param {boolean} onWine
 * @returns {Promise<Row>}
 */
export async function runCheck(check, onWine) {
  const began = performance.now();
  const row = (/** @type {Row['result']} */ result, /** @type {string} */ detail) => ({
    id: check.id,
    title: check.title,
    result,
    detail: detail.replace(/\s+/g, ' ').trim(),
    ms: Math.round(performance.now() - began),
  });
  const kit = await openKit();
  /** @type {Row} */
  let outcome;
  try {
    outcome = row('proven', await check.run(kit));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Skip) outcome = row('skipped', message);
    else if (onWine && check.wine !== undefined) outcome = row('skipped', `Wine: ${check.wine}. Seen: ${message}`);
    else outcome = row('failed', message);
  }
  try {
    await kit.close();
  } catch (error) {
    return { ...outcome, result: 'failed', detail: `${outcome.detail} ${/** @type {Error} */ (error).message}`.trim() };
  }
  return outcome;
}
