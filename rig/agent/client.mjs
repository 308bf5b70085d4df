// @ts-check
/** The client's side of the agent: starts it, sends requests, turns replies into promises. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { RigError, tail } from '../lib/run.mjs';

/** @typedef {import('./types.mjs').ServiceStatus} ServiceStatus */

/** A call that Windows refused, or a wait that timed out (code 1460). */
export class AgentError extends Error {
  /** @override */
  name = 'AgentError';

  /** @param {import('./types.mjs').FailureData & { message?: string }} data @param {string} call */
  constructor(data, call) {
    const last = data.status === undefined ? '' : `; last status ${JSON.stringify(data.status)}`;
    super(data.message ?? `${call}: ${data.api} failed with ${data.code} ${data.symbol ?? ''}${last}`.trimEnd());
    this.api = data.api;
    this.code = data.code;
    this.symbol = data.symbol;
    this.elapsedMs = data.elapsedMs;
    this.status = data.status;
    this.history = data.history;
  }
}

/**
 * @param {(port: number) => import('node:child_process').ChildProcess} spawnAgent
 * @param {{ logFile: string, timeoutMs?: number }} options the agent's output, quoted when it dies
 */
export async function startAgent(spawnAgent, { logFile, timeoutMs = 30_000 }) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = spawnAgent(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const socket = await connection(server, exited, timeoutMs, logFile)
    .catch((error) => {
      child.kill('SIGKILL');
      throw error;
    })
    .finally(() => server.close());
  socket.setNoDelay(true);
  // Wine keeps the socket of an agent that was killed (Ctrl+C reaches it too) open: nobody would answer any more.
  void exited.then(() => socket.destroy());

  /** @type {Map<number, { call: string, resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const pending = new Map();
  let lastId = 0;
  let closed = false;
  const lines = createInterface({ input: socket });
  // A reset socket counts as closed: 'close' follows and tells the requests.
  lines.on('error', () => {});
  lines.on('line', (line) => {
    const { id, ok, value, error } = JSON.parse(line);
    const request = pending.get(id);
    pending.delete(id);
    if (ok) request?.resolve(value);
    else request?.reject(new AgentError(error, request.call));
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const { call, reject } of pending.values()) reject(gone(call));
    pending.clear();
    closed = true;
  });
  /** @param {string} call */
  const gone = (call) => new RigError(`the rig's agent has ended; ${call} got no answer.${tail(logFile)}`);

  /** @param {string} call @param {...unknown} args @returns {Promise<any>} */
  const request = (call, ...args) => {
    if (closed) return Promise.reject(gone(call));
    // A stack from here, not from the socket: it names the test that asked.
    const asked = new Error(call);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      pending.set(id, { call, resolve, reject: (error) => reject(withStack(error, asked)) });
      socket.write(`${JSON.stringify({ id, call, args })}\n`);
    });
  };
  const close = async () => {
    socket.end();
    await exited;
    rmSync(logFile, { force: true });
  };
  return { ...typed(request), pid: child.pid, close, [Symbol.asyncDispose]: close };
}

/** @typedef {Awaited<ReturnType<typeof startAgent>>} Agent */

/** @param {(call: string, ...args: unknown[]) => Promise<any>} request */
function typed(request) {
  return {
    /** @returns {Promise<string>} the agent's Node version */
    ping: () => request('ping'),
    /** @param {import('./types.mjs').CreateSpec} spec @returns {Promise<void>} */
    create: (spec) => request('create', spec),
    /** @param {string} name @returns {Promise<void>} */
    delete: (name) => request('delete', name),
    /** @param {string} name @param {string[]} [args] @returns {Promise<{ elapsedMs: number }>} */
    start: (name, args = []) => request('start', name, args),
    /** @param {string} name @param {number} code @returns {Promise<import('./types.mjs').ControlResult>} */
    control: (name, code) => request('control', name, code),
    /** @param {string} name @returns {Promise<ServiceStatus>} */
    status: (name) => request('status', name),
    /** @param {string} name @returns {Promise<import('./types.mjs').ServiceConfig>} */
    config: (name) => request('config', name),
    /** @param {string} name @param {string} text @returns {Promise<void>} */
    setDescription: (name, text) => request('setDescription', name, text),
    /** @param {string} name @param {number} ms @returns {Promise<void>} */
    setPreshutdown: (name, ms) => request('setPreshutdown', name, ms),
    /** @returns {Promise<import('./types.mjs').ListedService[]>} */
    list: () => request('list'),
    /** @param {string} name @param {number} state @param {number} timeoutMs @returns {Promise<ServiceStatus>} */
    waitFor: (name, state, timeoutMs) => request('waitFor', name, state, timeoutMs),
    /** @param {string} name @param {number} timeoutMs @returns {Promise<void>} when the name is free again */
    waitDeleted: (name, timeoutMs) => request('waitDeleted', name, timeoutMs),
    /** @param {string} name @param {number} untilState @param {number} timeoutMs @returns {Promise<import('./types.mjs').SeenStatus[]>} */
    history: (name, untilState, timeoutMs) => request('history', name, untilState, timeoutMs),
    /** @param {number} pid @param {number} timeoutMs @returns {Promise<import('./types.mjs').Gone>} */
    waitGone: (pid, timeoutMs) => request('waitGone', pid, timeoutMs),
    /** @param {number} pid @param {number} [exitCode] @returns {Promise<void>} */
    kill: (pid, exitCode = 1) => request('kill', pid, exitCode),
    /** @param {number} pid @returns {Promise<import('./types.mjs').Memory>} */
    memory: (pid) => request('memory', pid),
    /** @param {number} pid @returns {Promise<number>} */
    handles: (pid) => request('handles', pid),
    /** @param {number} mask one bit for each CPU @returns {Promise<void>} the SCM, the agent, and what they start from now on */
    pin: (mask) => request('pin', mask),
    /** @param {string} line @returns {Promise<string[]>} */
    commandLine: (line) => request('commandLine', line),
    /** @param {string} name @param {number} code @param {number} rounds @returns {Promise<import('./types.mjs').InterrogateBench>} */
    interrogateBench: (name, code, rounds) => request('interrogateBench', name, code, rounds),
    /** @param {string} name @param {string[]} args @param {number} untilState @param {number} timeoutMs @returns {Promise<import('./types.mjs').StartBench>} */
    startBench: (name, args, untilState, timeoutMs) => request('startBench', name, args, untilState, timeoutMs),
    /** @param {string} name @param {number} [timeoutMs] @returns {Promise<import('./types.mjs').StopBench>} */
    stopBench: (name, timeoutMs = 30_000) => request('stopBench', name, timeoutMs),
    /** @param {string} exe @param {string[]} args @param {number} [timeoutMs] @returns {Promise<import('./types.mjs').SpawnBench>} to its first output; it lives on */
    spawnBench: (exe, args, timeoutMs = 30_000) => request('spawnBench', exe, args, timeoutMs),
  };
}

/**
 * @param {import('node:net').Server} server @param {Promise<unknown>} exited @param {number} timeoutMs @param {string} logFile
 * @returns {Promise<import('node:net').Socket>}
 */
async function connection(server, exited, timeoutMs, logFile) {
  const timer = AbortSignal.timeout(timeoutMs);
  const dead = exited.then(() => {
    throw new RigError(`the rig's agent ended before it connected.${tail(logFile)}`);
  });
  const [socket] = await Promise.race([once(server, 'connection', { signal: timer }), dead]).catch((error) => {
    if (error instanceof RigError) throw error;
    throw new RigError(
      `the rig's agent did not connect within ${timeoutMs / 1000} s. Try \`npm run rig:setup -- --reset\`.${tail(logFile)}`,
    );
  });
  return socket;
}

/** @param {Error} error @param {Error} asked */
function withStack(error, asked) {
  error.stack = `${error.name}: ${error.message}\n${(asked.stack ?? '').split('\n').slice(2).join('\n')}`;
  return error;
}
