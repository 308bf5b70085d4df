// @ts-check
/** How often the threads of an idle service wake up, beside those of an idle bare node.exe. */
import { setTimeout as sleep } from 'node:timers/promises';
import { privateMiB, unixPid, wakeups as count } from '../lib/proc.mjs';
import { row } from '../lib/row.mjs';

/** V8 collects what the start left behind some ten seconds later, on all its threads; that is not idling yet. */
const SETTLE_MS = 20_000;
const WATCH_S = 10;

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
  const pids = [stage.minimal, stage.bare].map((file) => unixPid(rig.winPath(file)));
  const [ours = NaN, node = NaN] = pids.map((pid) => privateMiB(pid, rig.nodeExe));
  const perSecond = [];
  const rounds = Math.max(1, Math.round(session.rounds / 6));
  for (let round = 0; round < rounds; round++) {
    session.say(`wake-ups: ${round + 1}/${rounds}, ${WATCH_S} s of doing nothing`);
    const before = pids.map(count);
    await sleep(WATCH_S * 1000);
    perSecond.push(pids.map((pid, i) => (count(pid) - (before[i] ?? NaN)) / WATCH_S));
  }
  await service.remove();
  await bare.kill();
  const over = perSecond.map(([mine = NaN, bareNode = NaN]) => mine - bareNode);
  return [
    row('idle wake-ups', '1/s', {
      winsvc: perSecond.map(([mine = NaN]) => mine),
      node: perSecond.map(([, bareNode = NaN]) => bareNode),
    }),
    row('idle wake-ups over bare node', '1/s', { winsvc: over }, { of: 'median', is: 'atMost', limit: 2 }),
    row('memory over bare node, settled', 'MiB', { winsvc: [ours - node] }),
  ];
}
