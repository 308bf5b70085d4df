// @ts-check
/** How often the threads of an idle service wake up, beside those of an idle bare node.exe. */
import { setTimeout as sleep } from 'node:timers/promises';
import { privateMiB, sleeps, unixPid } from '../lib/proc.mjs';
import { row } from '../lib/row.mjs';

/** V8 collects what the start left behind some ten seconds later, on all its threads; that is not idling yet. */
const SETTLE_MS = 20_000;
const WATCH_S = 10;
const LOOK_MS = 20;

/** @param {import('../lib/session.mjs').Session} session */
export async function wakeups(session) {
  const { rig, stage } = session;
  if (rig.kind !== 'wine') {
    session.say('wakeups: skipped, Windows does not count them per process');
    return [];
  }
  const service = await session.minimal();
  const bare = await session.bare();
  await service.start();
  session.say(`wake-ups: ${SETTLE_MS / 1000} s to settle`);
  await sleep(SETTLE_MS);
  const [ours = NaN, node = NaN] = [stage.minimal, stage.bare].map((file) => unixPid(rig.winPath(file)));
  const mib = privateMiB(ours, rig.nodeExe) - privateMiB(node, rig.nodeExe);
  /** @type {Awaited<ReturnType<typeof watch>>[][]} */
  const seen = [];
  const rounds = Math.max(1, Math.round(session.rounds / 6));
  for (let round = 0; round < rounds; round++) {
    session.say(`wake-ups: ${round + 1}/${rounds}, ${WATCH_S} s of doing nothing`);
    seen.push(await Promise.all([watch(ours), watch(node)]));
  }
  await service.remove();
  await bare.kill();
  const of = (/** @type {0 | 1} */ who, /** @type {'wakes' | 'switches'} */ what) =>
    seen.map((pair) => pair[who]?.[what] ?? NaN);
  const over = of(0, 'wakes').map((mine, i) => mine - (of(1, 'wakes')[i] ?? NaN));
  return [
    row('idle wake-ups', '1/s', { winsvc: of(0, 'wakes'), node: of(1, 'wakes') }),
    row('idle wake-ups over bare node', '1/s', { winsvc: over }),
    row('idle context switches', '1/s', { winsvc: of(0, 'switches'), node: of(1, 'switches') }),
    row('memory over bare node, settled', 'MiB', { winsvc: [mib] }),
  ];
}

/**
 * Looked at often: under Wine a thread that wakes up once sleeps again several times at once, in each call that asks
 * the wineserver something. What it does in looks that follow each other is one wake-up.
 * @param {number} pid
 */
async function watch(pid) {
  const until = performance.now() + WATCH_S * 1000;
  let wakes = 0;
  let switches = 0;
  let last = sleeps(pid);
  /** @type {Set<string>} */
  let awake = new Set();
  while (performance.now() < until) {
    await sleep(LOOK_MS);
    const now = sleeps(pid);
    /** @type {Set<string>} */
    const moved = new Set();
    for (const [tid, count] of now) {
      const since = count - (last.get(tid) ?? 0);
      switches += since;
      if (since === 0) continue;
      moved.add(tid);
      if (!awake.has(tid)) wakes++;
    }
    last = now;
    awake = moved;
  }
  return { wakes: wakes / WATCH_S, switches: switches / WATCH_S };
}
