import { ServiceError } from '../../errors/service-error.ts';
import { findPackageFile } from '../../util/package-files.ts';

const NAME = 'winsvc-messages.dll';

/** Path of the message file of the package, which shows the message of every event id. @throws ServiceError FILES_MISSING where a bundler left it out */
export function defaultMessageFile(): string {
  const path = findPackageFile(NAME);
  if (path !== undefined) return path;
  throw new ServiceError(
    'FILES_MISSING',
    `The file ${NAME} of winsvc is missing: bundlers leave it out. Copy it from node_modules/winsvc/dist into the folder of the bundle. See docs/bundling.md.`,
    { details: { file: NAME } },
  );
}
