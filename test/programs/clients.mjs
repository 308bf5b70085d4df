// @ts-check
/** Clients of the programs: requests, connections that stay open, requests in flight at the stop. */
import { once } from 'node:events';
import { Agent, get, request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Clients of each kind that stay connected while the service stops. */
export const CLIENTS = 10;
export const BIG_FILE_BYTES = 64 * 2 ** 20;
const host = '127.0.0.1';

/** Makes a Node server say that it has the request: it answers 100 Continue at once. */
const EXPECT = { expect: '100-continue' };
const nothing = () => undefined;

/** @param {number} port @param {string} path @returns {Promise<{ status: number, body: string }>} */
export const request = (port, path, agent = /** @type {false | Agent} */ (false)) =>
  answerOf(get({ port, host, path, agent, timeout: 30_000 }));

/** @param {import('node:http').ClientRequest} sent @returns {Promise<{ status: number, body: string }>} */
function answerOf(sent) {
  return new Promise((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => resolve({ status: response.statusCode ?? 0, body: parts.join('') }), reject);
    });
  });
}

/** @param {number} port @param {string} path @returns {Promise<{ status: number, body: string }>} */
export async function request2(port, path) {
  const session = connect(`http://${host}:${port}`).on('error', nothing);
  try {
    return await answerOf2(session.request({ ':path': path }));
  } finally {
    session.close();
  }
}

/** @param {import('node:http2').ClientHttp2Stream} stream */
async function answerOf2(stream) {
  let status = 0;
  stream.on('response', (headers) => (status = Number(headers[':status'])));
  const body = (await stream.setEncoding('utf8').toArray()).join('');
  return { status, body };
}

/**
 * A request that is in flight while the service stops.
 *
 * @typedef {object} Flight
 * @property {Promise<unknown>} arrived the program has it
 * @property {Promise<boolean>} landed it was answered, whole
 */

/**
 * @param {import('./catalog.mjs').Program} program @param {number} port
 * @returns {Flight}
 */
export function fly({ inFlight = 'slow', slow = '/slow', method = 'POST' }, port) {
  if (inFlight === 'slowBody') return slowBody(port, slow, method);
  if (inFlight === 'bigFile') return slowDownload(port, slow);
  if (inFlight === 'http2') return slow2(port, slow);
  const sent = get({ port, host, path: slow, agent: false, headers: EXPECT });
  return { arrived: once(sent, 'continue'), landed: isGood(answerOf(sent)) };
}

/** @param {Promise<{ status: number }>} answer @returns {Promise<boolean>} */
export const isGood = (answer) =>
  answer.then(
    ({ status }) => status >= 200 && status < 400,
    () => false,
  );

/** @param {number} port @param {string} path @returns {Flight} */
function slow2(port, path) {
  const session = connect(`http://${host}:${port}`).on('error', nothing);
  const stream = session.request({ ':path': path, ...EXPECT });
  return { arrived: once(stream, 'continue'), landed: isGood(answerOf2(stream)).finally(() => session.close()) };
}

/** A request whose body takes a second. @param {number} port @param {string} path @param {string} method @returns {Flight} */
function slowBody(port, path, method) {
  const body = JSON.stringify({ name: 'probe', password: 'probe-secret', pad: 'x'.repeat(1_000) });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...EXPECT };
  const sent = httpRequest({ port, host, path, method, agent: false, headers });
  sent.on('continue', () => {
    sent.write(body.slice(0, 500));
    setTimeout(() => sent.end(body.slice(500)), 1_000);
  });
  sent.flushHeaders();
  // Any answer of the program itself will do: the probe is no user of it.
  const landed = answerOf(sent).then(
    ({ status }) => status < 500,
    () => false,
  );
  return { arrived: once(sent, 'continue'), landed };
}

/** Reads a large file with a pause after the first part. @param {number} port @param {string} path @returns {Flight} */
function slowDownload(port, path) {
  const sent = get({ port, host, path, agent: false });
  const landed = new Promise((/** @type {(isWhole: boolean) => void} */ resolve) => {
    sent
      .on('response', (response) => {
        let bytes = 0;
        response.once('data', () => {
          response.pause();
          setTimeout(() => response.resume(), 800);
        });
        response.on('data', (chunk) => (bytes += chunk.length));
        response.on('end', () => resolve(bytes === BIG_FILE_BYTES)).on('error', () => resolve(false));
      })
      .on('error', () => resolve(false));
  });
  return { arrived: once(sent, 'response'), landed };
}

/**
 * Connects clients that do nothing more, and would hold a server that waits for them.
 *
 * @param {string | undefined} kind @param {number} port @param {string} packages @param {string} root
 * @returns {Promise<() => void>} ends them
 */
export async function connectClients(kind, port, packages, root) {
  if (kind === 'http2') return connectSessions(port, root);
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  await Promise.all(Array.from({ length: CLIENTS }, () => request(port, root, agent)));
  const end = await connectKind(kind, port, createRequire(join(packages, 'package.json')));
  return () => {
    agent.destroy();
    end();
  };
}

/** Sessions of HTTP/2 that were used once. @param {number} port @param {string} root @returns {Promise<() => void>} */
async function connectSessions(port, root) {
  const sessions = Array.from({ length: CLIENTS }, () => connect(`http://${host}:${port}`).on('error', nothing));
  await Promise.all(sessions.map((session) => answerOf2(session.request({ ':path': root }))));
  return () => sessions.forEach((session) => session.destroy());
}

/** @param {string | undefined} kind @param {number} port @param {NodeJS.Require} require @returns {Promise<() => void>} */
async function connectKind(kind, port, require) {
  const ten = (/** @type {() => any} */ make) => Array.from({ length: CLIENTS }, make);
  if (kind === 'ws') {
    const { WebSocket } = require('ws');
    const sockets = ten(() => new WebSocket(`ws://${host}:${port}`));
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.on('open', done))));
    return () => sockets.forEach((socket) => socket.terminate());
  }
  if (kind === 'socket.io') {
    const { io } = require('socket.io-client');
    const sockets = ten(() => io(`http://${host}:${port}`, { forceNew: true, reconnection: false }));
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.on('connect', () => done(undefined)))));
    return () => sockets.forEach((socket) => socket.disconnect());
  }
  if (kind === 'sse') {
    const sent = ten(() => get({ port, host, path: '/events', agent: false }).on('error', () => undefined));
    await Promise.all(
      sent.map(
        (request) =>
          new Promise((done) =>
            request.on('response', (/** @type {import('node:http').IncomingMessage} */ response) =>
              done(response.resume().on('error', () => undefined)),
            ),
          ),
      ),
    );
    return () => sent.forEach((request) => request.destroy());
  }
  return nothing;
}
