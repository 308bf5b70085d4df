import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NAME = 'winsvc-messages.dll';
/** Beside the bundle, above this entry, or in the build of the sources. */
const PLACES = ['./', '../', '../../dist/'];

/** The message file that comes with the package: it shows the message of any event, whatever its id. */
export function defaultMessageFile(): string {
  const paths = PLACES.map((place) => fileURLToPath(new URL(place + NAME, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? (paths[0] as string);
}
