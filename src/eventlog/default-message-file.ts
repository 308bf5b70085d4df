import { ServiceError } from '../errors/service-error.ts';
import { findPackageFile } from '../util/package-files.ts';

const NAME = 'winsvc-messages.dll';

/** The message file that comes with the package: it shows the message of any event, whatever its id. */
export function defaultMessageFile(): string {
  const path = findPackageFile(NAME);
  if (path !== undefined) return path;
  throw new ServiceError(
    'FILES_MISSING',
    `The file ${NAME} of winsvc is missing: a bundler doesn't take it along. Copy it from node_modules/winsvc/dist into the folder of the bundle. See docs/bundling.md.`,
    { details: { file: NAME } },
  );
}
