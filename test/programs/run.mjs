// @ts-check
/** Runs unchanged programs as services of a real SCM and prints what each one did: npm run test:programs [name…] [--times 5]. */
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openRig } from '../../rig/rig.mjs';
import { stagePackage } from '../support/stage.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const STOPPED = 1;
const RUNNING = 4;
const STOP = 1;
/** Clients that stay connected while the service stops. */
const CLIENTS = 10;
const args = process.argv.slice(2);
const at = args.indexOf('--times');
const times = at >= 0 ? Number(args.splice(at, 2)[1]) : 1;
const files = readdirSync(join(HERE, 'programs')).filter(
  (file) => args.length === 0 || args.some((name) => file.startsWith(`${name}.`)),
);
const require = createRequire(import.meta.url);

const rig = await openRig({ node: 22 });
const stage = await stagePackage({ rig });
const programs = join(stage.dir, 'Programme ä');
mkdirSync(programs);
if (existsSync(join(HERE, 'node_modules'))) symlinkSync(join(HERE, 'node_modules'), join(programs, 'node_modules'));
const host = pathToFileURL(rig.winPath(join(stage.nodeModules, 'winsvc/dist/hosted.cjs')), { windows: true }).href;
let port = 31_000 + (process.pid % 1_000);
let failed = 0;

/** @param {number} to @param {string} path @returns {Promise<string>} */
const request = (to, path) =>
  new Promise((resolve, reject) => {
    get({ port: to, host: '127.0.0.1', path, agent: false }, (response) => {
      void response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => {
          resolve(parts.join(''));
        }, reject);
    }).on('error', reject);
  });

/** @param {string} program @param {number} to @returns {Promise<() => void>} */
async function connectClients(program, to) {
  if (program.startsWith('ws.')) {
    const { WebSocket } = require('ws');
    const sockets = Array.from({ length: CLIENTS }, () => new WebSocket(`ws://127.0.0.1:${to}`));
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.on('open', done))));
    for (const socket of sockets) socket.on('error', () => undefined);
    return () => {
      for (const socket of sockets) socket.terminate();
    };
  }
  if (program.startsWith('socket-io.')) {
    const { io } = require('socket.io-client');
    const sockets = Array.from({ length: CLIENTS }, () =>
      io(`http://127.0.0.1:${to}`, { forceNew: true, reconnection: false }),
    );
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.on('connect', () => done(undefined)))));
    return () => {
      for (const socket of sockets) socket.disconnect();
    };
  }
  if (program.startsWith('sse.')) {
    const requests = Array.from({ length: CLIENTS }, () =>
      get({ port: to, host: '127.0.0.1', path: '/events', agent: false }),
    );
    await Promise.all(
      requests.map(
        (sent) =>
          new Promise((done) =>
            sent.on('response', (response) => done(response.resume().on('error', () => undefined))),
          ),
      ),
    );
    for (const sent of requests) sent.on('error', () => undefined);
    return () => {
      for (const sent of requests) sent.destroy();
    };
  }
  return () => undefined;
}

/** @param {string} folder @param {string} text */
const isLogged = (folder, text) =>
  existsSync(folder) && readdirSync(folder).some((file) => readFileSync(join(folder, file), 'utf8').includes(text));

/** @param {string} file */
async function runOnce(file) {
  const own = ++port;
  const name = `winsvc program ${file} ${process.pid}`;
  const script = await stage.add(join('test/programs/programs', file), join('Programme ä', file));
  // The port by a file of variables: the settings of the SCM know nothing of it here.
  const preset = `data:text/javascript,process.env.PORT="${own}"`;
  const words = [rig.winPath(rig.nodeExe), '--import', preset, '--import', host, rig.winPath(script)];
  await rig.agent.create({ name, imagePath: words.map((word) => `"${word.replaceAll('"', '\\"')}"`).join(' ') });
  try {
    const began = Date.now();
    await rig.agent.start(name);
    await rig.agent.waitFor(name, RUNNING, 30_000);
    const startMs = Date.now() - began;
    const { pid } = await rig.agent.status(name);
    const answersWhenRunning = (await request(own, '/').catch(String)) === 'ok';
    const disconnect = await connectClients(file, own);
    const slow = request(own, '/slow').catch(String);
    await new Promise((done) => setTimeout(done, 200));
    const stopped = Date.now();
    await rig.agent.control(name, STOP);
    const inFlight = (await slow) === 'slow';
    await rig.agent.waitFor(name, STOPPED, 30_000);
    const stopMs = Date.now() - stopped;
    const { win32ExitCode } = await rig.agent.status(name);
    await rig.agent.waitGone(pid, 10_000).catch(() => undefined);
    disconnect();
    return { startMs, answersWhenRunning, inFlight, stopMs, exit: win32ExitCode };
  } finally {
    await rig.agent.delete(name);
  }
}

try {
  process.stdout.write(
    '| program | RUNNING only when it answers | request in flight answered | exit | start ms | stop ms |\n| --- | --- | --- | --- | --- | --- |\n',
  );
  for (const file of files) {
    /** @type {Awaited<ReturnType<typeof runOnce>>[]} */
    const runs = [];
    let error;
    for (let i = 0; i < times && !error; i++) {
      try {
        runs.push(await runOnce(file));
      } catch (thrown) {
        error = thrown;
      }
    }
    const yes = (/** @type {'answersWhenRunning' | 'inFlight'} */ key) =>
      `${runs.filter((run) => run[key]).length}/${times}`;
    const range = (/** @type {'startMs' | 'stopMs'} */ key) =>
      [...new Set([Math.min(...runs.map((run) => run[key])), Math.max(...runs.map((run) => run[key]))])].join('–');
    const good =
      !error && runs.every((run) => run.answersWhenRunning && run.inFlight && run.exit === 0 && run.stopMs < 5_000);
    if (!good) failed += 1;
    const exits = [...new Set(runs.map((run) => run.exit))].join(', ');
    process.stdout.write(
      `| ${file} | ${yes('answersWhenRunning')} | ${yes('inFlight')} | ${exits} | ${range('startMs')} | ${range('stopMs')} |${error ? ` failed: ${error instanceof Error ? error.message : String(error)}` : ''}\n`,
    );
  }
} finally {
  await rig.close();
  await stage.remove();
}
process.exitCode = failed === 0 ? 0 : 1;
