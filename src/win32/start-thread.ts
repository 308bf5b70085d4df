import { Worker, type WorkerOptions } from 'node:worker_threads';
import { packageFile } from '../errors/package-file.ts';
import { embeddedFiles } from '../util/embedded-files.ts';
import { threadOptions } from './thread-options.ts';

/** Starts one of the package's own threads. @throws ServiceError FILES_MISSING */
export function startThread(
  file: `${string}.cjs`,
  name: string,
  data: Pick<WorkerOptions, 'workerData' | 'transferList'>,
): Worker {
  const options = { ...threadOptions(name), ...data };
  const embedded = embeddedFiles();
  if (embedded) return new Worker(embedded.threadSource(file), { ...options, eval: true });
  return new Worker(packageFile(file), options);
}
