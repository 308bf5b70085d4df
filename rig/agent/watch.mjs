// @ts-check
/** Waits and measurements: polled inside the agent, where a look at the status costs a tenth of a millisecond. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ERROR_SERVICE_DOES_NOT_EXIST, ERROR_TIMEOUT } from './codes.mjs';
import { exitCodeOf, openProcess } from './process.mjs';
import { startHandle, statusOf, withService } from './scm.mjs';
import { CallError, api, breathe, dwords, must } from './win32.mjs';

const STOPPED = 1;
const CONTROL_STOP = 1;

/** @param {string} name @param {number} state @param {number} timeoutMs */
export function waitFor(name, state, timeoutMs) {
  return withService(name, async (handle) => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const status = statusOf(handle);
      if (status.state === state) return status;
      if (performance.now() > deadline) throw new CallError('waitFor', ERROR_TIMEOUT, { status });
      await sleep(2);
    }
  });
}

/**
 * DeleteService only marks: the name is free when the last handle to it is closed and the SCM has seen its process end.
 * @param {string} name @param {number} timeoutMs
 */
export async function waitDeleted(name, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  try {
    for (;;) {
      const status = await withService(name, (handle) => statusOf(handle));
      if (performance.now() > deadline) throw new CallError('waitDeleted', ERROR_TIMEOUT, { status });
      await sleep(5);
    }
  } catch (error) {
    if (!(error instanceof CallError) || error.data.code !== ERROR_SERVICE_DOES_NOT_EXIST) throw error;
  }
}

/**
 * The first status never ends it: a history from stopped to stopped is a whole life.
 * @param {string} name @param {number} untilState @param {number} timeoutMs
 * @returns {Promise<import('./types.mjs').SeenStatus[]>}
 */
export function history(name, untilState, timeoutMs) {
  return withService(name, async (handle) => {
    const began = performance.now();
    /** @type {import('./types.mjs').SeenStatus[]} */
    const seen = [];
    let last = '';
    for (;;) {
      const status = statusOf(handle);
      const atMs = performance.now() - began;
      const key = JSON.stringify(status);
      if (key !== last) seen.push({ atMs, ...status });
      last = key;
      if (seen.length > 1 && status.state === untilState) return seen;
      if (atMs > timeoutMs) throw new CallError('history', ERROR_TIMEOUT, { status, history: seen });
      await breathe();
    }
  });
}

/** @param {string} name @param {string[]} args @param {number} untilState @param {number} timeoutMs */
export function startBench(name, args, untilState, timeoutMs) {
  return withService(name, async (handle) => {
    const out = dwords(9);
    const began = performance.now();
    /** @type {number | undefined} */
    let callMs;
    /** @type {unknown} */
    let failure;
    startHandle(handle, args).then(
      ({ elapsedMs }) => (callMs = elapsedMs),
      (error) => (failure = error),
    );
    let reachedMs = 0;
    for (;;) {
      const status = statusOf(handle, out);
      const ms = performance.now() - began;
      if (reachedMs === 0 && status.state === untilState) reachedMs = ms;
      if (failure !== undefined) throw failure;
      if (reachedMs > 0 && callMs !== undefined) return { ms: reachedMs, callMs, pid: status.pid };
      // Stopped after the call came back: it will not get there any more.
      const over = callMs !== undefined && status.state === STOPPED && untilState !== STOPPED;
      if (over || ms > timeoutMs) throw new CallError('startBench', ERROR_TIMEOUT, { status, elapsedMs: ms });
      await breathe();
    }
  });
}

/** Calls on the agent's own thread: nothing but the call is in the figure. @param {string} name @param {number} timeoutMs */
export function stopBench(name, timeoutMs) {
  return withService(name, async (handle) => {
    const out = dwords(9);
    const process = openProcess(statusOf(handle).pid);
    try {
      const began = performance.now();
      const since = () => performance.now() - began;
      must('ControlService', handle, CONTROL_STOP, out);
      const callMs = since();
      for (let status = statusOf(handle, out); status.state !== STOPPED; status = statusOf(handle, out)) {
        if (since() > timeoutMs) throw new CallError('stopBench', ERROR_TIMEOUT, { status, elapsedMs: since() });
        await breathe();
      }
      const stoppedMs = since();
      // Not polled: each look would take time from the process that is ending, on a machine of two CPUs a tenth of it.
      if (api.WaitForSingleObject(process, Math.max(0, timeoutMs - stoppedMs)) !== 0)
        throw new CallError('stopBench', ERROR_TIMEOUT, { status: statusOf(handle), elapsedMs: since() });
      return { callMs, stoppedMs, goneMs: since(), exitCode: exitCodeOf(process) };
    } finally {
      api.CloseHandle(process);
    }
  });
}

/**
 * A query never reaches the service, so taken in turn with the control it gives the speed of the machine
 * at that moment: the quotient stays when the machine's speed changes.
 * @param {string} name @param {number} code 4 (interrogate) or a user control @param {number} rounds
 */
export function interrogateBench(name, code, rounds) {
  return withService(name, async (handle) => {
    const out = dwords(9);
    /** @type {import('./types.mjs').InterrogateBench} */
    const result = { controlUs: [], queryUs: [] };
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      must('ControlService', handle, code, out);
      const between = performance.now();
      statusOf(handle, out);
      result.queryUs.push((performance.now() - between) * 1000);
      result.controlUs.push((between - began) * 1000);
      // The agent's other requests get their turn now and then.
      if (round % 32 === 31) await new Promise((resolve) => setImmediate(resolve));
    }
    return result;
  });
}
