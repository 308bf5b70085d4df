// @ts-check
/** An Express program that is hosted unchanged, and the same under defineService, in turn; and the preload by --import. */
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, privateMiB, unixPid } from '../lib/proc.mjs';
import { row } from '../lib/row.mjs';
import { ratios } from '../lib/stats.mjs';

const SETTLE_MS = 1_000;
const CLIENTS = 10;

/** @param {import('../lib/session.mjs').Session} session */
export async function hosting(session) {
  const { rig, stage } = session;
  if (stage.express === undefined) throw new Error('express is not installed.');
  const port = 21_000 + (process.pid % 1_000) * 3;
  const kinds = {
    hosted: await session.hosted('--require', port),
    imported: await session.hosted('--import', port + 1),
    defined: await session.defined(port + 2),
  };
  const series = () => ({
    running: /** @type {number[]} */ ([]),
    cpu: /** @type {number[]} */ ([]),
    memory: /** @type {number[]} */ ([]),
    stopped: /** @type {number[]} */ ([]),
  });
  const seen = { hosted: series(), imported: series(), defined: series() };
  const names = /** @type {(keyof typeof kinds)[]} */ (Object.keys(kinds));
  for (let round = -1; round < session.rounds; round++) {
    session.say(`hosting: ${round + 1}/${session.rounds}`);
    for (const i of names.keys()) {
      const name = /** @type {keyof typeof kinds} */ (names[(round + 1 + i) % names.length]);
      const { ms, pid } = await session.startAgain(kinds[name]);
      const file = name === 'defined' ? stage.definedExpress : stage.hostedExpress;
      const cpu = rig.kind === 'wine' ? cpuMs(unixPid(rig.winPath(file))) : NaN;
      await sleep(SETTLE_MS);
      const memory = await size(pid, file);
      const disconnect = await clients(port + names.indexOf(name));
      const { stoppedMs } = await kinds[name].stop();
      disconnect();
      if (round === -1) continue;
      seen[name].running.push(ms);
      seen[name].cpu.push(cpu);
      seen[name].memory.push(memory);
      seen[name].stopped.push(stoppedMs);
    }
  }
  for (const name of names) await kinds[name].forget();
  const { hosted, imported, defined } = seen;
  return [
    row('hosted: StartService → RUNNING', 'ms', { winsvc: hosted.running }),
    row('hosted: start ÷ defineService', '×', { winsvc: ratios(hosted.running, defined.running) }),
    // Where others keep the processors busy, the time of the process says more than the clock.
    ...(rig.kind === 'wine'
      ? [row('hosted: CPU until RUNNING ÷ defineService', '×', { winsvc: ratios(hosted.cpu, defined.cpu) })]
      : []),
    row('hosted: start with --import ÷ with --require', '×', { winsvc: ratios(imported.running, hosted.running) }),
    row('hosted: memory over defineService', 'MiB', {
      winsvc: hosted.memory.map((mib, i) => mib - (defined.memory[i] ?? NaN)),
    }),
    row('hosted: STOP → STOPPED, 10 keep-alive and 10 websocket clients', 'ms', { winsvc: hosted.stopped }),
  ];

  /** @param {number} pid @param {string} file */
  async function size(pid, file) {
    if (rig.kind === 'wine') return privateMiB(unixPid(rig.winPath(file)), rig.nodeExe);
    return (await rig.agent.memory(pid)).privateUsage / 2 ** 20;
  }
}

/** Idle connections of both kinds. @param {number} port @returns {Promise<() => void>} ends them */
async function clients(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const ask = () =>
    new Promise((done, failed) => {
      get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('end', done)).on('error', failed);
    });
  const upgrade = () =>
    new Promise((/** @type {(socket: import('node:net').Socket) => void} */ done, failed) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', failed).once('data', () => done(socket));
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    });
  await Promise.all(Array.from({ length: CLIENTS }, ask));
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, upgrade));
  return () => {
    agent.destroy();
    for (const socket of sockets) socket.destroy();
  };
}
