// @ts-check
/** One start and stop of an installed program, with everything that the table has a column for. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectClients, fly, isGood, request, request2 } from './clients.mjs';

const STOPPED = 1;
const RUNNING = 4;
const STOP = 1;
/** A start on a busy machine takes long; nothing waits for it without a reason. */
const START_LIMIT_MS = 180_000;
/** The stop may take 20 s: a client that holds it is seen long before. */
export const QUICK_STOP_MS = 5_000;

/**
 * @typedef {object} Run
 * @property {boolean} answers the first request after RUNNING is answered
 * @property {boolean} inFlight the request in flight at the stop is answered
 * @property {number} exit exit code in the SCM
 * @property {readonly string[]} left processes of it that still exist
 * @property {readonly string[]} missing lines that aren't in the logs, or are there too often
 * @property {number} startMs
 * @property {number} stopMs
 */

/**
 * @param {import('../../rig/rig.mjs').Rig} rig @param {string} name of the service
 * @param {import('./catalog.mjs').Program} program
 * @param {{ port: number, dir: string, packages: string }} at
 * @returns {Promise<Run>}
 */
export async function measure(rig, name, program, { port, dir, packages }) {
  const { root = '/', inFlight = 'slow' } = program;
  const logs = join(dir, 'logs');
  rmSync(logs, { recursive: true, force: true });
  const ask = inFlight === 'http2' ? request2 : request;
  const others = new Set(nodeProcesses(rig));
  const own = () => nodeProcesses(rig).filter((process) => !others.has(process));
  const began = Date.now();
  await rig.agent.start(name);
  await waitForState(rig, name, RUNNING);
  const startMs = Date.now() - began;
  const { pid } = await rig.agent.status(name);
  const isJob = inFlight === 'job';
  const answers = isJob ? await isLogged(logs, 'job 1 begins') : await isGood(ask(port, root));
  const disconnect = isJob ? () => undefined : await connectClients(kindOf(program), port, packages, root);
  // A check that doesn't see the processes of a program that runs would see none that is left either.
  const running = own();
  if (process.platform === 'linux' && running.length < (program.processes ?? 1))
    throw new Error(`it has ${running.length} processes instead of ${program.processes ?? 1}: ${running.join('\n')}`);
  const flight = isJob ? undefined : fly(program, port);
  await (flight ? Promise.race([flight.arrived, flight.landed]) : isLogged(logs, 'job 2 begins'));
  const stopping = Date.now();
  await rig.agent.control(name, STOP);
  await waitForState(rig, name, STOPPED);
  const stopMs = Date.now() - stopping;
  const landed = await (flight?.landed ?? hasFinished(logs));
  disconnect();
  const { win32ExitCode } = await rig.agent.status(name);
  await rig.agent.waitGone(pid, 10_000).catch(() => undefined);
  const left = await leftOver(own);
  const missing = problemsOf(program, readLogs(logs));
  return { answers, inFlight: landed, exit: win32ExitCode, left, missing, startMs, stopMs };
}

/** @param {import('../../rig/rig.mjs').Rig} rig @param {string} name @param {number} state */
async function waitForState(rig, name, state) {
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    const status = await rig.agent.status(name);
    if (status.state === state) return;
    if (state === RUNNING && status.state === STOPPED)
      throw new Error(`it stopped with ${status.win32ExitCode} in its start`);
    if (Date.now() > limit) throw new Error(`it stays in state ${status.state}`);
    await delay(20);
  }
}

/** @param {string} logs @param {string} text */
async function isLogged(logs, text) {
  for (let tries = 0; tries < 50; tries++) {
    if (readLogs(logs).includes(text)) return true;
    await delay(100);
  }
  return false;
}

/** @param {string} logs @returns {string} */
export function readLogs(logs) {
  if (!existsSync(logs)) return '';
  return readdirSync(logs)
    .map((file) => readFileSync(join(logs, file), 'utf8'))
    .join('\n');
}

/** @param {import('./catalog.mjs').Program} program */
const kindOf = ({ inFlight, clients }) => (inFlight === 'http2' ? 'http2' : clients);

/** The job in flight at the stop ran to its end. @param {string} logs */
function hasFinished(logs) {
  const jobs = [...readLogs(logs).matchAll(/job (\d+) (begins|is done)/g)];
  const last = jobs.at(-1);
  return last?.[2] === 'is done';
}

/** Lines that are missing, and those that are there more than once. @param {import('./catalog.mjs').Program} program @param {string} text */
function problemsOf({ lines, copies = 1 }, text) {
  return lines.flatMap((line) => {
    // "line 1" isn't the beginning of "line 10".
    const [, ...found] = text.split(line);
    const count = found.filter((rest) => !/^\d/.test(rest)).length;
    if (count === 0) return [line];
    // Each of these is written once by each process.
    return ONCE.test(line) && count !== copies ? [`${line}: ${count} times instead of ${copies}`] : [];
  });
}

const ONCE = /^(?:line|pino line|winston line) \d/;

/** Processes that still run a moment later: the end of a process takes that long. @param {() => readonly string[]} own */
async function leftOver(own) {
  for (let tries = 0; ; tries++) {
    const found = own();
    if (found.length === 0 || tries === 20) return found;
    await delay(100);
  }
}

/** All processes of the rig's Node, as Linux sees them. Two runs at once need a rig each. @param {import('../../rig/rig.mjs').Rig} rig */
function nodeProcesses({ nodeExe }) {
  if (process.platform !== 'linux') return [];
  const folder = `${dirname(dirname(nodeExe))}/node-`.replaceAll('/', '\\');
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => `${pid} ${commandLine(pid)}`)
    .filter((text) => text.includes(folder));
}

/** @param {string} pid */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
