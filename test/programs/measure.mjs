// @ts-check
/** One start and stop of an installed program, with everything that the table has a column for. */
import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectClients, request, request2, slowBody, slowDownload } from './clients.mjs';

const STOPPED = 1;
const RUNNING = 4;
const STOP = 1;
/** A start on a busy machine takes long; nothing waits for it without a reason. */
const START_LIMIT_MS = 180_000;
/** The stop may take 20 s: a client that holds it is seen long before. */
export const QUICK_STOP_MS = 5_000;
export const BIG_FILE_BYTES = 64 * 2 ** 20;

/**
 * @typedef {object} Run
 * @property {boolean} answers the first request after RUNNING is answered
 * @property {boolean} inFlight the request in flight at the stop is answered
 * @property {number} exit exit code in the SCM
 * @property {readonly string[]} left processes of it that still exist
 * @property {readonly string[]} missing lines that aren't in the logs
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
  const began = Date.now();
  await rig.agent.start(name);
  await waitForState(rig, name, RUNNING);
  const startMs = Date.now() - began;
  const { pid } = await rig.agent.status(name);
  const answers = inFlight === 'job' ? await isLogged(logs, 'job 1 begins') : await isAnswered(ask(port, root));
  const disconnect =
    inFlight === 'job' || inFlight === 'http2'
      ? () => undefined
      : await connectClients(program.clients, port, packages, root);
  const flying = fly(program, port);
  await delay(200);
  const stopping = Date.now();
  await rig.agent.control(name, STOP);
  await waitForState(rig, name, STOPPED);
  const stopMs = Date.now() - stopping;
  const landed = await flying;
  disconnect();
  const { win32ExitCode } = await rig.agent.status(name);
  await rig.agent.waitGone(pid, 10_000).catch(() => undefined);
  const left = await leftOver(dir);
  const missing = program.lines.filter((line) => !hasLine(readLogs(logs), line)).map(String);
  return { answers, inFlight: landed, exit: win32ExitCode, left, missing, startMs, stopMs };
}

/** @param {Promise<{ status: number }>} asked */
async function isAnswered(asked) {
  return asked.then(
    ({ status }) => status >= 200 && status < 400,
    () => false,
  );
}

/** @param {import('./catalog.mjs').Program} program @param {number} port @returns {Promise<boolean>} */
async function fly({ inFlight = 'slow', slow = '/slow', method = 'POST' }, port) {
  try {
    if (inFlight === 'job') return true;
    if (inFlight === 'slowBody') return (await slowBody(port, slow, method)) < 500;
    if (inFlight === 'bigFile') return (await slowDownload(port, slow)) === BIG_FILE_BYTES;
    return isAnswered((inFlight === 'http2' ? request2 : request)(port, slow));
  } catch {
    return false;
  }
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

/** @param {string} text @param {string | RegExp} line */
const hasLine = (text, line) => (typeof line === 'string' ? text.includes(line) : line.test(text));

/** Processes whose command line or working directory is in the folder of the program. @param {string} dir */
async function leftOver(dir) {
  if (process.platform !== 'linux') return [];
  // A process that was ended is gone a moment later.
  for (let tries = 0; ; tries++) {
    const found = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && belongsTo(pid, dir));
    if (found.length === 0 || tries === 20) return found.map((pid) => `${pid} ${commandLine(pid)}`);
    await delay(100);
  }
}

/** @param {string} pid @param {string} dir */
function belongsTo(pid, dir) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(dir) || commandLine(pid).includes(dir.replaceAll('/', '\\'));
  } catch {
    return false;
  }
}

/** @param {string} pid */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
