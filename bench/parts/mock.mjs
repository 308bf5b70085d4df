// @ts-check
/** Whole lives on the mock SCM, as a unit test has them: a new SCM, a start, a stop. Runs here, not under Wine. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { row } from '../lib/row.mjs';

const BATCH = 500;

/** @param {import('../lib/session.mjs').Session} session */
export async function mock({ stage, rounds, say }) {
  const load = (/** @type {string} */ file) =>
    import(pathToFileURL(join(stage.dir, 'node_modules', 'winsvc', 'dist', file)).href);
  const { defineService } = await load('index.js');
  const { createMockScm } = await load('testing/index.js');
  const perSecond = [];
  for (let round = -1; round < rounds; round++) {
    say(`mock: ${round + 1}/${rounds}`);
    const began = performance.now();
    for (let i = 0; i < BATCH; i++) {
      const run = await createMockScm().start(defineService({ name: 'Mocked', start() {}, stop() {} }));
      await run.stop();
    }
    if (round >= 0) perSecond.push((BATCH * 1000) / (performance.now() - began));
  }
  return [row('mock: lives from start to stop', '1/s', { winsvc: perSecond })];
}
