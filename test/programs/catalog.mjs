// @ts-check
/** Programs that `npm run test:programs` hosts. None of them knows winsvc. */

/**
 * @typedef {object} Program
 * @property {string} name of the row; also of the file in programs/, unless `script` says otherwise
 * @property {string} label text of the row
 * @property {readonly string[]} [packages] whose versions the row shows
 * @property {20 | 22} [node] default 22
 * @property {string} [script] below the folder of the packages
 * @property {(at: { port: number, dir: string }) => readonly string[]} [args] `dir`: as Windows names it
 * @property {readonly string[]} [files] of programs/ that it needs beside it; `from=to` renames
 * @property {Record<string, string>} [texts] files to write beside it, by name
 * @property {object} [host] settings beside PORT, logging and timeouts
 * @property {string} [root] path of the request that is made when the service is RUNNING; default '/'
 * @property {'slow' | 'slowBody' | 'bigFile' | 'http2' | 'job'} [inFlight] default 'slow': GET /slow
 * @property {string} [slow] path of the request in flight; default '/slow'
 * @property {'POST' | 'PUT'} [method] of 'slowBody'
 * @property {'ws' | 'socket.io' | 'sse'} [clients] beside ten idle keep-alive connections; an HTTP/2 program has ten idle sessions
 * @property {number} [processes] that it has at least, when it runs; default 1
 * @property {number} [copies] how many processes write the numbered lines; default 1
 * @property {readonly string[]} lines that must be in the logs in the end
 */

const numbered = Array.from({ length: 10 }, (_, i) =>
  ['console.log', 'stdout', 'stderr'].map((way) => `line ${i + 1} by ${way}`),
).flat();
const answered = ['request /', 'answered /slow'];
const both = [...numbered, ...answered];
const ten = (/** @type {string} */ text) => Array.from({ length: 10 }, (_, i) => `${text} ${i + 1}`);

/** @type {readonly Program[]} */
export const PROGRAMS = [
  { name: 'express', label: 'Express', packages: ['express'], lines: both },
  { name: 'express-20', label: 'Express', packages: ['express'], node: 20, script: 'express.cjs', lines: both },
  {
    name: 'fastify',
    label: 'Fastify, default logger',
    packages: ['fastify', 'pino'],
    lines: ['Server listening at', '"url":"/slow"', 'request completed'],
  },
  {
    name: 'fastify-20',
    label: 'Fastify, default logger',
    packages: ['fastify', 'pino'],
    node: 20,
    script: 'fastify.cjs',
    lines: ['Server listening at', '"url":"/slow"', 'request completed'],
  },
  { name: 'koa', label: 'Koa', packages: ['koa'], lines: [...numbered, 'request /', 'request /slow'] },
  {
    name: 'nestjs',
    label: 'NestJS, shutdown hooks',
    packages: ['@nestjs/core'],
    lines: [...numbered, 'Nest application successfully started', 'nest shuts down by SIGTERM'],
  },
  {
    name: 'next',
    label: 'Next.js standalone',
    packages: ['next', 'react'],
    script: 'next-app/.next/standalone/next-app/server.js',
    host: { env: { HOSTNAME: '127.0.0.1' } },
    lines: ['Ready in'],
  },
  { name: 'socket-io', label: 'socket.io, 10 clients', packages: ['socket.io'], clients: 'socket.io', lines: both },
  { name: 'ws', label: 'ws, 10 clients', packages: ['ws'], clients: 'ws', lines: both },
  { name: 'http2', label: 'node:http2', inFlight: 'http2', lines: both },
  { name: 'sse', label: 'Server-sent events, 10 clients', clients: 'sse', lines: both },
  {
    name: 'verdaccio',
    label: 'verdaccio',
    packages: ['verdaccio'],
    script: 'node_modules/verdaccio/bin/verdaccio',
    files: ['verdaccio.yaml'],
    args: ({ port }) => ['--listen', `127.0.0.1:${port}`, '--config', 'verdaccio.yaml'],
    root: '/-/ping',
    inFlight: 'slowBody',
    method: 'PUT',
    slow: '/-/user/org.couchdb.user:probe',
    lines: ['http address', '/-/ping'],
  },
  {
    name: 'node-red',
    label: 'Node-RED, `ready: listen`',
    host: { ready: 'listen' },
    packages: ['node-red'],
    script: 'node_modules/node-red/red.js',
    args: ({ port, dir }) => ['--port', String(port), '--userDir', dir],
    inFlight: 'slowBody',
    method: 'POST',
    slow: '/flows',
    lines: ['Welcome to Node-RED', 'Server now running at', 'Started flows', 'Stopped flows'],
  },
  {
    name: 'json-server',
    label: 'json-server',
    packages: ['json-server'],
    script: 'node_modules/json-server/lib/cli/bin.js',
    texts: { 'db.json': '{ "items": [{ "id": 1 }] }' },
    args: ({ port }) => ['db.json', '--host', '127.0.0.1', '--port', String(port), '--delay', '800'],
    root: '/items',
    slow: '/items/1',
    lines: ['Resources', 'GET /items ', 'GET /items/1 '],
  },
  {
    name: 'http-server',
    label: 'http-server',
    packages: ['http-server'],
    script: 'node_modules/http-server/bin/http-server',
    texts: { 'public/index.html': 'ok' },
    args: ({ port }) => ['public', '-a', '127.0.0.1', '-p', String(port)],
    inFlight: 'bigFile',
    slow: '/big.bin',
    lines: ['Starting up http-server', '"GET /"', '"GET /big.bin"', 'http-server stopped'],
  },
  {
    name: 'job-loop',
    label: 'A loop of jobs',
    inFlight: 'job',
    lines: [...numbered, 'job 1 begins', 'job 1 is done', 'the loop has ended'],
  },
  {
    name: 'cluster',
    label: 'node:cluster, 2 workers',
    processes: 3,
    copies: 2,
    lines: ['cluster says hello', ...both],
  },
  {
    name: 'worker-pool',
    label: 'Worker pool (piscina)',
    packages: ['piscina'],
    files: ['worker-pool-task.cjs'],
    lines: [...numbered, 'a thread works on /slow'],
  },
  { name: 'children', label: 'A detached child', processes: 2, lines: ['a child says hello', ...both] },
  {
    name: 'dotenv',
    label: 'dotenv',
    packages: ['dotenv'],
    files: ['dotenv.env=.env'],
    lines: ['dotenv read Grüße aus der Datei', ...both],
  },
  { name: 'pino-transport', label: 'pino with a transport', packages: ['pino'], lines: [...ten('pino line'), ...both] },
  {
    name: 'winston-daily',
    label: 'winston, daily rotation',
    packages: ['winston', 'winston-daily-rotate-file'],
    lines: [...ten('winston line'), ...both],
  },
  { name: 'sigterm-exit', label: 'SIGTERM and process.exit()', lines: ['SIGTERM received', ...both] },
  { name: 'terminus', label: 'terminus', packages: ['@godaddy/terminus'], lines: ['terminus cleans up', ...both] },
  { name: 'http-terminator', label: 'http-terminator', packages: ['http-terminator'], lines: ['terminated', ...both] },
  {
    name: 'close-with-grace',
    label: 'close-with-grace',
    packages: ['close-with-grace', 'fastify'],
    lines: [...numbered, 'closed with grace'],
  },
  {
    name: 'esm-tla',
    label: 'ES module, top-level await',
    script: 'esm-tla.mjs',
    lines: ['esm says hello true', ...both],
  },
];
