import { Worker, type WorkerOptions } from 'node:worker_threads';
import { ServiceError } from '../errors/service-error.ts';
import { embeddedFiles } from '../util/embedded-files.ts';
import { findPackageFile } from '../util/package-files.ts';
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
  const path = findPackageFile(file);
  if (path === undefined) {
    throw new ServiceError(
      'FILES_MISSING',
      `The file ${file} of winsvc is missing: a bundler doesn't take it along. Copy node_modules/winsvc/dist/*.cjs and winsvc-messages.dll into the folder of the bundle, or keep winsvc out of it (external). See docs/bundling.md.`,
      { details: { file } },
    );
  }
  return new Worker(path, options);
}
