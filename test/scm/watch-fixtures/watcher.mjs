/** `node watcher.mjs <how>`: watches a service of the system, and ends in that way once it is watched. */
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { openServiceManager } from 'winsvc/manager';

const how = isMainThread ? process.argv[2] : workerData;

if (how === 'thread' && isMainThread) {
  // The library in a thread of the app, which is then terminated.
  const worker = new Worker(new URL(import.meta.url), { workerData: 'thread' });
  worker.once('message', () => void worker.terminate().then(() => process.exit(7)));
} else {
  const scm = await openServiceManager();
  const service = scm.service('RpcSs');
  // Never closed: that is the point.
  const watch = service.watch({ interval: '60s' });
  await watch.next();
  const next = watch.next();
  next.catch(() => undefined);
  if (how === 'exit') process.exit(7);
  if (how === 'throw')
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
  if (how === 'return') await scm.close().then(() => next.catch(() => undefined));
  if (how === 'thread') (await import('node:worker_threads')).parentPort.postMessage('watching');
}
