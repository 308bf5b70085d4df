// @ts-check
/** Clients of the programs: requests, connections that stay open, requests in flight at the stop. */
import { Agent, get, request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Clients of each kind that stay connected while the service stops. */
export const CLIENTS = 10;
const host = '127.0.0.1';

/** @param {number} port @param {string} path @returns {Promise<{ status: number, body: string }>} */
export const request = (port, path, agent = /** @type {false | Agent} */ (false)) =>
  new Promise((resolve, reject) => {
    get({ port, host, path, agent, timeout: 30_000 }, (response) => {
      response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => resolve({ status: response.statusCode ?? 0, body: parts.join('') }), reject);
    }).on('error', reject);
  });

/** @param {number} port @param {string} path @returns {Promise<{ status: number, body: string }>} */
export async function request2(port, path) {
  const session = connect(`http://${host}:${port}`);
  session.on('error', () => undefined);
  try {
    const stream = session.request({ ':path': path });
    let status = 0;
    stream.on('response', (headers) => (status = Number(headers[':status'])));
    const body = (await stream.setEncoding('utf8').toArray()).join('');
    return { status, body };
  } finally {
    session.close();
  }
}

/** A request whose body takes a second. @param {number} port @param {string} path @param {string} method */
export const slowBody = (port, path, method) =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify({ name: 'probe', password: 'probe-secret', pad: 'x'.repeat(1_000) });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = httpRequest({ port, host, path, method, agent: false, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.write(body.slice(0, 500));
    setTimeout(() => sent.end(body.slice(500)), 1_000);
  });

/** Reads a large file with a pause after the first part. @returns {Promise<number>} its bytes */
export const slowDownload = (/** @type {number} */ port, /** @type {string} */ path) =>
  new Promise((resolve, reject) => {
    get({ port, host, path, agent: false }, (response) => {
      let bytes = 0;
      response.once('data', () => {
        response.pause();
        setTimeout(() => response.resume(), 800);
      });
      response.on('data', (chunk) => (bytes += chunk.length));
      response.on('end', () => resolve(bytes)).on('error', reject);
    }).on('error', reject);
  });

/**
 * Connects clients that do nothing more, and would hold a server that waits for them.
 *
 * @param {string | undefined} kind @param {number} port @param {string} packages @param {string} root
 * @returns {Promise<() => void>} ends them
 */
export async function connectClients(kind, port, packages, root) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  await Promise.all(Array.from({ length: CLIENTS }, () => request(port, root, agent)));
  const end = await connectKind(kind, port, createRequire(join(packages, 'package.json')));
  return () => {
    agent.destroy();
    end();
  };
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
  await delay(0);
  return () => undefined;
}
