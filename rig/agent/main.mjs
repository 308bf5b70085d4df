// @ts-check
/** The agent: runs under Wine (or on Windows), connects back to its client, answers JSON lines until the socket ends. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import * as processes from './process.mjs';
import * as scm from './scm.mjs';
import { spawnBench } from './spawn.mjs';
import * as watch from './watch.mjs';
import { CallError, api } from './win32.mjs';

/** @type {Record<string, (...args: any[]) => unknown>} */
const calls = {
  ping: () => process.version,
  create: scm.create,
  delete: scm.remove,
  start: scm.start,
  control: scm.control,
  status: scm.status,
  config: scm.config,
  setDescription: scm.setDescription,
  setPreshutdown: scm.setPreshutdown,
  list: scm.list,
  waitGone: processes.waitGone,
  kill: processes.kill,
  memory: processes.memory,
  handles: processes.handles,
  pin: processes.pin,
  commandLine: processes.commandLine,
  waitFor: watch.waitFor,
  waitDeleted: watch.waitDeleted,
  history: watch.history,
  startBench: watch.startBench,
  stopBench: watch.stopBench,
  interrogateBench: watch.interrogateBench,
  spawnBench,
};

processes.enableDebugPrivilege();
const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]), noDelay: true });
socket.on('connect', () => socket.write(`${JSON.stringify({ hello: { pid: process.pid, node: process.version } })}\n`));
// At once, without waiting for calls on pool threads: a service that hangs holds one for ten seconds and more.
const end = () => api.TerminateProcess(api.GetCurrentProcess(), 0);
socket.on('error', end);
socket.on('close', end);

createInterface({ input: socket }).on('line', async (line) => {
  const { id, call, args } = JSON.parse(line);
  socket.write(`${JSON.stringify({ id, ...(await answer(call, args)) })}\n`);
});

/** @param {string} call @param {unknown[]} args */
async function answer(call, args) {
  try {
    const work = calls[call];
    if (work === undefined) throw new Error(`the agent has no call '${call}'`);
    return { ok: true, value: (await work(...args)) ?? null };
  } catch (error) {
    if (error instanceof CallError) return { ok: false, error: error.data };
    return { ok: false, error: { api: call, code: -1, message: String(/** @type {Error} */ (error).stack ?? error) } };
  }
}
