// @ts-check
/** Verdicts of a check: it returns what was seen, throws what is wrong, or skips. */

const POLL_MS = 100;

/** Ends a check without a verdict. */
export class Skip extends Error {}

/** @param {string} reason @returns {never} */
export function skip(reason) {
  throw new Skip(reason);
}

/** @param {unknown} condition @param {string} message @returns {asserts condition} */
export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/**
 * Waits until `condition` returns a value, and returns it.
 *
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {{ ms: number, what: string }} limit
 * @returns {Promise<Exclude<NonNullable<T>, false | ''>>}
 */
export async function waitUntil(condition, { ms, what }) {
  const end = performance.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return /** @type {Exclude<NonNullable<T>, false | ''>} */ (found);
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Verifies that `condition` returns nothing for a time.
 *
 * @param {() => unknown} condition
 * @param {{ ms: number, what: string }} limit
 */
export async function expectNever(condition, { ms, what }) {
  const found = await waitUntil(condition, { ms, what }).then(
    () => true,
    () => false,
  );
  expect(!found, `Seen within ${ms} ms: ${what}`);
}
