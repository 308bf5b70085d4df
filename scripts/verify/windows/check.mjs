// @ts-check
import { openKit } from './kit.mjs';
import { Skip } from './verdict.mjs';

/**
 * One claim that only a real Windows shows.
 *
 * @typedef {object} Check
 * @property {string} id
 * @property {string} title what is proven when it passes
 * @property {string} [wine] why Wine can't show it; its code runs there all the same
 * @property {(kit: import('./kit.mjs').Kit) => Promise<string>} run returns what was seen; throws what is wrong, or a {@link Skip}
 */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {'proven' | 'failed' | 'skipped'} result
 * @property {string} detail
 * @property {number} ms
 */

/** Longest time of a check, in milliseconds: one that hangs must not keep the others from running. */
const LIMIT_MS = 180_000;

/**
 * Runs one check and removes what it made.
 *
 * @param {Check} check
 * @param {{ onWine: boolean, open?: () => Promise<import('./kit.mjs').Kit>, limitMs?: number }} options
 * @returns {Promise<Row>}
 */
export async function runCheck(check, { onWine, open = openKit, limitMs = LIMIT_MS }) {
  const began = performance.now();
  const row = (/** @type {Row['result']} */ result, /** @type {string} */ detail) => ({
    id: check.id,
    title: check.title,
    result,
    detail: detail.replace(/\s+/g, ' ').trim(),
    ms: Math.round(performance.now() - began),
  });
  const kit = await open();
  /** @type {Row} */
  let outcome;
  try {
    outcome = row('proven', await withLimit(check.run(kit), limitMs));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Skip) outcome = row('skipped', message);
    // A mistake in the code of a check is no lack of Wine.
    else if (onWine && check.wine !== undefined && !isMistake(error))
      outcome = row('skipped', `Wine: ${check.wine}. Seen: ${message}`);
    else outcome = row('failed', message);
  }
  try {
    await kit.close();
  } catch (error) {
    return { ...outcome, result: 'failed', detail: `${outcome.detail} ${/** @type {Error} */ (error).message}`.trim() };
  }
  return outcome;
}

/** @param {unknown} error */
function isMistake(error) {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
}

/**
 * @template T
 * @param {Promise<T>} work
 * @param {number} ms
 * @returns {Promise<T>}
 */
async function withLimit(work, ms) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The check did not end within ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
