/**
 * The program of a service with a fault: `node fault.mjs <name> <folder> <index of the fault> <times> <event source>`.
 * The folder gets its logs (`logs`), and what it tells of itself (`told.jsonl`). It runs when the file `go` is there.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { ServiceContext } from 'winsvc';
import type { App, Times } from './fault.ts';
import { createFaultService } from './fault-service.ts';
import { FAULTS } from './table.ts';

const [name = '', dir = '', index = '', times = '', source = ''] = process.argv.slice(2);
const fault = FAULTS[Number(index)];
if (!fault) throw new Error(`there is no fault ${index}`);

/** Loaded before the service runs: on a busy machine that takes as long as the fault may. */
const sleep = fault.name.includes('native code') ? loadSleep() : undefined;

function loadSleep(): (ms: number) => void {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  return koffi.load('kernel32.dll').func('__stdcall', 'Sleep', 'void', ['uint32']) as (ms: number) => void;
}

/** The threads that the library has started. */
const workers: Worker[] = [];
subscribe('worker_threads', (message) => {
  workers.push((message as { worker: Worker }).worker);
});
const said = { json: 0, out: 0 };
let ctx: ServiceContext | undefined;

/** Written at once, past all that is tested. */
function tell(what: string): void {
  appendFileSync(join(dir, 'told.jsonl'), `${JSON.stringify({ what, at: Date.now(), ...said })}\n`);
}

function stuckInTheOrders(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const app: App = {
  times: JSON.parse(times) as Times,
  say(lines) {
    for (let i = 0; i < lines; i++) {
      ctx?.log.info('a line', { line: ++said.json });
      console.log(`line ${++said.out}`);
      process.stdout.write(`line ${++said.out}\n`);
    }
    tell('said');
  },
  uncaught(thrown) {
    setImmediate(() => {
      throw thrown;
    });
  },
  unhandled(reason) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that it isn't one is the fault
    void Promise.reject(reason);
  },
  exit: (code) => process.exit(code),
  block: stuckInTheOrders,
  blockInNativeCode() {
    sleep?.(0xffff_ffff);
  },
  abort() {
    process.abort();
  },
  exhaustMemory() {
    const kept: string[][] = [];
    for (;;) kept.push(Array.from({ length: 1_000 }, (_, i) => `${i}-${kept.length}`));
  },
  loseHost: () => Promise.all(workers.map((worker) => worker.terminate())),
  onError(listener) {
    service.on('error', listener);
  },
};

const service = createFaultService(
  name,
  fault,
  app,
  {
    started(context) {
      ctx = context;
    },
    faulty() {
      tell('fault');
    },
    ran: tell,
  },
  { logging: { dir: join(dir, 'logs') }, eventLog: { source } },
);
// The test holds a handle of this process before anything can end it.
while (!existsSync(join(dir, 'go'))) await new Promise((resolve) => setTimeout(resolve, 5));
await service.run();
