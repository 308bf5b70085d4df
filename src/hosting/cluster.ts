import type { Cluster } from 'node:cluster';

/** Longest time that a worker may take to close its connections; the job ends it otherwise. */
const LIMIT_MS = 5_000;

/** Lets the workers of node:cluster finish: they take no new connections, and end when theirs are closed. */
export async function disconnectWorkers(limitMs: number): Promise<void> {
  const cluster = process.getBuiltinModule('node:cluster') as unknown as Cluster;
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  if (workers.length === 0) return;
  const ended = Promise.all(
    workers.map(
      (worker) => new Promise((resolve) => (worker.isDead() ? resolve(undefined) : worker.once('exit', resolve))),
    ),
  );
  for (const worker of workers) if (worker.isConnected()) worker.disconnect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, Math.min(limitMs, LIMIT_MS))));
  await Promise.race([ended, late]);
  clearTimeout(timer);
}
