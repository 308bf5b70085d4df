import { embeddedFiles } from '../util/embedded-files.ts';
import { findPackageFile, ownRequire } from '../util/package-files.ts';
import { ServiceError } from './service-error.ts';

/**
 * Path of a file that comes with the package.
 *
 * @throws ServiceError FILES_MISSING
 */
export function packageFile(name: string): string {
  const path = findPackageFile(name);
  if (path !== undefined) return path;
  throw new ServiceError(
    'FILES_MISSING',
    `The file ${name} of winsvc is missing: a bundler doesn't take it along. Copy node_modules/winsvc/dist/*.cjs and winsvc-messages.dll into the folder of the bundle, or keep winsvc out of it (external). See docs/bundling.md.`,
    { details: { file: name } },
  );
}

/**
 * Loads a file that comes with the package. For the code that scripts/lib/needed-checks-plugin.ts writes.
 *
 * @public
 * @throws ServiceError FILES_MISSING
 */
export function requirePackageFile(name: string): unknown {
  const embedded = embeddedFiles();
  return embedded ? embedded.load(name) : ownRequire()(packageFile(name));
}
