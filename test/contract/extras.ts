import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';

/** The threads that the library has started. */
const workers: Worker[] = [];
subscribe('worker_threads', (message) => {
  workers.push((message as { worker: Worker }).worker);
});

/** As many as libuv's pool has threads, unless configured. */
const POOL = 4;
const SLEEP_MS = 500;

/** What only a real process can do; the result is reported to the test. */
export async function performExtra(name: string): Promise<Readonly<Record<string, unknown>>> {
  if (name === 'fillPool') return fillPool();
  if (name === 'killSelf') process.kill(process.pid, 'SIGTERM');
  // The thread that talks to the SCM is the only one there is.
  if (name === 'breakHost') {
    // A message that it can't handle: it throws.
    await Promise.all(
      workers.map((worker) => {
        const ended = once(worker, 'exit');
        worker.postMessage(null);
        return ended;
      }),
    );
    return { workers: workers.length };
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { workers: workers.length };
}

/** Sleeps on every thread of the pool at once: when one of them is taken, it takes twice as long. */
async function fillPool(): Promise<Readonly<Record<string, unknown>>> {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const sleep = koffi.load('kernel32.dll').func('__stdcall', 'Sleep', 'void', ['uint32']);
  const began = performance.now();
  await Promise.all(
    Array.from(
      { length: POOL },
      () =>
        new Promise<void>((resolve) => {
          sleep.async(SLEEP_MS, () => {
            resolve();
          });
        }),
    ),
  );
  const ms = performance.now() - began;
  await readFile(new URL(import.meta.url));
  return { ms, sleepMs: SLEEP_MS };
}
