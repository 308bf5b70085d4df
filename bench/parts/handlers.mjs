// @ts-check
/**
 * A service as users run it: handlers for everything and a hook, controls before the stop, and an idle time before both.
 * In turn with a C service and a bare node.exe. The second subject is examples/express-app.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, unixPid } from '../lib/proc.mjs';
import { row } from '../lib/row.mjs';
import { quantile, ratios } from '../lib/stats.mjs';

const COMMAND = 200;
const CONTROLS = 100;
const EXPRESS_ROUNDS = 3;
const ANY_PORT = '0';

/** @param {import('../lib/session.mjs').Session} session */
export async function handlers(session) {
  const { rig, stage, idleMs } = session;
  const isWine = rig.kind === 'wine';
  const service = await session.handlers();
  const floor = await session.floor();
  const times = { running: numbers(), stopped: numbers(), gone: numbers(), cpu: numbers() };
  const node = { ms: numbers(), cpu: numbers() };
  const controls = { us: numbers(), ratio: numbers(), c: numbers(), worst: numbers() };

  for (let round = -1; round < session.rounds; round++) {
    session.say(`handlers: ${round + 1}/${session.rounds}, ${idleMs / 1000} s idle each`);
    const bare = await session.bare();
    const bareCpu = isWine ? cpuMs(unixPid(rig.winPath(stage.bare))) : NaN;
    await bare.kill();
    const { ms } = await service.start();
    const cpu = isWine ? cpuMs(unixPid(rig.winPath(stage.handlers))) : NaN;
    if (floor) await floor.start();
    await sleep(idleMs);
    const ours = await rig.agent.interrogateBench(service.name, COMMAND, CONTROLS);
    const c = floor && (await rig.agent.interrogateBench(floor.name, COMMAND, CONTROLS));
    const { stoppedMs, goneMs } = await service.stop();
    await floor?.stop();
    // The first round fills the caches of the disk.
    if (round === -1) continue;
    node.ms.push(bare.ms);
    node.cpu.push(bareCpu);
    times.running.push(ms);
    times.cpu.push(cpu);
    times.stopped.push(stoppedMs);
    times.gone.push(goneMs);
    controls.us.push(...ours.controlUs);
    controls.ratio.push(...ratios(ours.controlUs, ours.queryUs));
    if (c) {
      controls.c.push(...c.controlUs);
      controls.worst.push(quantile(ours.controlUs, 0.99) / quantile(c.controlUs, 0.99));
    }
  }
  await service.forget();
  await floor?.forget();
  const over = times.cpu.map((value, i) => value - (node.cpu[i] ?? NaN));
  return [
    row('handlers: StartService → RUNNING', 'ms', { winsvc: times.running, node: node.ms }),
    row('handlers: start ÷ bare node', '×', { winsvc: ratios(times.running, node.ms) }),
    ...(isWine ? [row('handlers: CPU until RUNNING over bare node', 'ms', { winsvc: over })] : []),
    row('handlers: STOP → STOPPED', 'ms', { winsvc: times.stopped }),
    row('handlers: STOP → process gone', 'ms', { winsvc: times.gone }),
    row('handlers: user control ÷ query', '×', { winsvc: controls.ratio }),
    ...(controls.worst.length > 0
      ? [row('handlers: user control, p99 ÷ p99 of C', '×', { winsvc: controls.worst })]
      : []),
    ...(await express(session)),
  ];
}

/** @param {import('../lib/session.mjs').Session} session */
async function express(session) {
  if (session.stage.express === undefined) return [];
  const service = await session.express();
  const times = { running: numbers(), stopped: numbers(), gone: numbers() };
  for (let round = 0; round <= EXPRESS_ROUNDS; round++) {
    session.say(`handlers: express-app, ${round}/${EXPRESS_ROUNDS}`);
    const { ms } = await service.start([ANY_PORT]);
    await sleep(session.idleMs);
    const { stoppedMs, goneMs } = await service.stop();
    if (round === 0) continue;
    times.running.push(ms);
    times.stopped.push(stoppedMs);
    times.gone.push(goneMs);
  }
  await service.forget();
  return [
    row('express-app: StartService → RUNNING', 'ms', { winsvc: times.running }),
    row('express-app: STOP → STOPPED', 'ms', { winsvc: times.stopped }),
    row('express-app: STOP → process gone', 'ms', { winsvc: times.gone }),
  ];
}

const numbers = () => /** @type {number[]} */ ([]);
